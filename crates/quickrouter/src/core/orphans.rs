//! Results of calls whose future was dropped.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quickrouter_api::limits;
use tokio::time::Instant;

use crate::error::Error;
use crate::model::prediction::Prediction;

/// Ids are of use for as long as the gateway keeps results.
const RETENTION: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// The orphaned results, shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Orphans(Mutex<Vec<(Instant, Result<Prediction, Error>)>>);

impl Orphans {
    fn entries(&self) -> MutexGuard<'_, Vec<(Instant, Result<Prediction, Error>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take(&self) -> Vec<Result<Prediction, Error>> {
        std::mem::take(&mut *self.entries()).into_iter().map(|(_, entry)| entry).collect()
    }

    pub(crate) fn keep(&self, entry: Result<Prediction, Error>) {
        let mut entries = self.entries();
        entries.retain(|(since, _)| since.elapsed() < RETENTION);
        entries.push((Instant::now(), entry));
    }

    /// Replaces an entry with the prediction's current state.
    pub(crate) fn update(&self, prediction: Prediction) {
        let is_same = |(_, entry): &&mut (Instant, Result<Prediction, Error>)| {
            entry.as_ref().is_ok_and(|before| before.id() == prediction.id())
        };
        if let Some((_, entry)) = self.entries().iter_mut().find(is_same) {
            *entry = Ok(prediction);
        }
    }
}
