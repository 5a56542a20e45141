//! What is to be written.

use super::ticket::{NotKept, Waiter};
use bytes::Bytes;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::Arc;

/// The tables; the key of each is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Table {
    Predictions,
    /// How far the webhook of a prediction is.
    Webhooks,
    Files,
    /// The contents of files.
    Contents,
    Deliveries,
    Models,
    /// What predictions replay: each once, however many do.
    Recordings,
}

impl Table {
    pub(crate) const ALL: [Self; 7] = [
        Self::Predictions,
        Self::Webhooks,
        Self::Files,
        Self::Contents,
        Self::Deliveries,
        Self::Models,
        Self::Recordings,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Predictions => "predictions",
            Self::Webhooks => "webhooks",
            Self::Files => "files",
            Self::Contents => "contents",
            Self::Deliveries => "deliveries",
            Self::Models => "models",
            Self::Recordings => "recordings",
        }
    }
}

/// The value of a row. It is turned into bytes by the thread that writes.
pub(crate) trait Row: Send + Sync {
    /// # Errors
    /// Why it cannot be written down.
    fn bytes(&self) -> Result<Bytes, String>;
}

impl Row for Bytes {
    fn bytes(&self) -> Result<Bytes, String> {
        Ok(self.clone())
    }
}

/// A value as JSON.
pub(crate) struct JsonRow<T>(Arc<T>);

impl<T> JsonRow<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    pub(crate) fn of(value: &Arc<T>) -> Self {
        Self(Arc::clone(value))
    }
}

impl<T: Serialize + Send + Sync> Row for JsonRow<T> {
    fn bytes(&self) -> Result<Bytes, String> {
        serde_json::to_vec(&*self.0).map(Bytes::from).map_err(|error| error.to_string())
    }
}

pub(super) type Key = (Table, u64);
/// `None` removes the row.
pub(super) type RowValue = Option<Arc<dyn Row>>;

/// Rows and counts that are written together or not at all.
#[derive(Default)]
pub(crate) struct Change {
    pub(super) rows: Vec<(Key, Arc<dyn Row>)>,
    pub(super) counts: Vec<(String, u64)>,
}

impl Change {
    /// Sets a row, which must be a new one.
    pub(crate) fn row(mut self, table: Table, key: u64, row: impl Row + 'static) -> Self {
        self.rows.push(((table, key), Arc::new(row)));
        self
    }

    /// Adds to the total of this name.
    pub(crate) fn count(mut self, name: impl Into<String>, number: u64) -> Self {
        self.counts.push((name.into(), number));
        self
    }

    /// The totals that it adds to.
    #[cfg(test)]
    pub(crate) fn counted(&self) -> impl Iterator<Item = &str> {
        self.counts.iter().map(|(name, _)| name.as_str())
    }
}

/// What is to be written next.
#[derive(Default)]
pub(super) struct Batch {
    /// Set once and for all: written again if a write fails. The last value of each row.
    pub(super) rows: HashMap<Key, RowValue>,
    /// Given up if the write fails.
    pub(super) changes: Vec<(Change, Waiter)>,
    pub(super) flushes: Vec<Waiter>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && !self.is_awaited()
    }

    /// Whether anyone waits for it.
    pub(super) fn is_awaited(&self) -> bool {
        !self.changes.is_empty() || !self.flushes.is_empty()
    }

    /// Adds older rows, which newer ones replace.
    pub(super) fn add_older(&mut self, rows: HashMap<Key, RowValue>) {
        for (key, value) in rows {
            self.rows.entry(key).or_insert(value);
        }
    }

    pub(super) fn report(waiters: impl IntoIterator<Item = Waiter>, result: &Result<(), NotKept>) {
        for waiter in waiters {
            // Nobody may wait any more.
            let _ = waiter.send(result.clone());
        }
    }
}
