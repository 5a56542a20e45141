//! The predictions, in the order of creation, within limits.

use crate::faults::WebhookFault;
use crate::model::entry::ModelEntry;
use crate::model::lifecycle::{Lifecycle, Snapshot};
use crate::model::outputs::Part;
use crate::model::rng::Rng;
use crate::state::paging::{Cursor, Page, page};
use quickrouter_api::Status;
use quickrouter_api::types::WebhookEvent;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::SystemTime;

/// How many predictions are kept; then the oldest finished one is dropped.
const MAX_COUNT: usize = 20_000;
/// How many bytes of inputs are kept, including inline files; then the oldest finished prediction
/// is dropped.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// For how many models predictions are counted: the emulator's own limit.
const MAX_COUNTED: usize = 10_000;

/// Length of a prediction's id.
const ID: usize = 26;
/// Length of what precedes it in the id of its stream.
const STREAM: usize = 14;

/// The id of a prediction's stream: it ends with the prediction's own id, for lookup.
pub(crate) fn stream_id(id: &str, rng: &mut Rng) -> String {
    rng.alphanumeric(STREAM) + id
}

/// One prediction.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) id: Arc<str>,
    pub(crate) model: Arc<ModelEntry>,
    /// The version that runs.
    pub(crate) version: Arc<str>,
    /// As JSON: most requests only write it out again.
    pub(crate) input: Arc<RawValue>,
    pub(crate) lifecycle: Lifecycle,
    /// The id of its stream: anyone who knows it may follow, without a key.
    pub(crate) stream: String,
    /// Dropped outputs, counted from 0.
    pub(crate) dropped: Vec<usize>,
    pub(crate) webhook: Option<Webhook>,
}

/// A webhook of a prediction.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    /// The events to report; all if empty.
    pub(crate) events: Vec<WebhookEvent>,
    pub(crate) fault: Option<WebhookFault>,
}

impl Record {
    pub(crate) fn at(&self, now: SystemTime) -> Snapshot {
        self.lifecycle.at(now)
    }

    /// The indices of its files once it has succeeded.
    pub(crate) fn files(&self) -> impl Iterator<Item = usize> {
        (0..self.lifecycle.plan.outputs.files()).filter(|index| !self.dropped.contains(index))
    }

    /// All parts of its output.
    pub(crate) fn parts(&self) -> Vec<Part<'_>> {
        self.lifecycle.plan.outputs.parts(&self.dropped)
    }

    /// The parts of its output that are there.
    pub(crate) fn parts_at(&self, snapshot: &Snapshot) -> Vec<Part<'_>> {
        match snapshot.status {
            _ if snapshot.removed || snapshot.started_at.is_none() => Vec::new(),
            Status::Succeeded => self.parts(),
            _ => self.lifecycle.plan.outputs.parts_after(snapshot.ran, &self.dropped),
        }
    }
}

/// The store is full, and nothing in it has finished.
#[derive(Debug)]
pub(crate) struct StoreFull;

/// Everything that is stored.
#[derive(Debug)]
pub(crate) struct Predictions {
    ids: Rng,
    count: u64,
    /// The count for each model.
    runs: HashMap<String, u64>,
    bytes: usize,
    /// The limits: predictions, and bytes.
    bounds: (usize, usize),
    /// The data of predictions up to this number is removed.
    emptied: u64,
    records: BTreeMap<u64, (usize, Arc<Record>)>,
    numbers: HashMap<Arc<str>, u64>,
    /// When the last prediction finishes unless it is canceled.
    last_end: Option<SystemTime>,
}

impl Predictions {
    pub(crate) fn new(id_seed: u64) -> Self {
        Self {
            ids: Rng::from_seed(id_seed),
            count: 0,
            runs: HashMap::new(),
            bytes: 0,
            bounds: (MAX_COUNT, MAX_BYTES),
            emptied: 0,
            records: BTreeMap::new(),
            numbers: HashMap::new(),
            last_end: None,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// When the last of all predictions finishes, or finished.
    #[cfg(feature = "page")]
    pub(crate) fn last_end(&self) -> Option<SystemTime> {
        self.last_end
    }

    /// How many bytes of inputs are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Draws an id that no other prediction has.
    pub(crate) fn fresh_id(&mut self) -> Arc<str> {
        loop {
            let id: Arc<str> = self.ids.alphanumeric(ID).into();
            if !self.numbers.contains_key(&id) {
                return id;
            }
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<Arc<Record>> {
        self.records.get(self.numbers.get(id)?).map(|(_, record)| Arc::clone(record))
    }

    /// How many predictions of a model were created, including forgotten ones.
    pub(crate) fn count_of(&self, model: &ModelEntry) -> u64 {
        self.runs.get(&model.name).copied().unwrap_or_default()
    }

    /// The prediction whose stream has this id.
    pub(crate) fn by_stream(&self, stream: &str) -> Option<Arc<Record>> {
        let (_, id) = stream.split_at_checked(stream.len().checked_sub(ID)?)?;
        self.get(id).filter(|record| record.stream == stream)
    }

    /// Stores a prediction whose body and prompt take `bytes`.
    pub(crate) fn insert(
        &mut self,
        record: Record,
        bytes: usize,
        now: SystemTime,
    ) -> Result<Arc<Record>, StoreFull> {
        while self.len() >= self.bounds.0 || (self.bytes + bytes > self.bounds.1 && self.len() > 0)
        {
            let finished =
                self.records.iter().find(|(_, (_, record))| record.at(now).is_terminal());
            let number = *finished.ok_or(StoreFull)?.0;
            self.remove(number);
        }
        self.count += 1;
        let name = &record.model.name;
        if let Some(count) = self.runs.get_mut(name) {
            *count += 1;
        } else if self.runs.len() < MAX_COUNTED {
            self.runs.insert(name.clone(), 1);
        }
        self.bytes += bytes;
        self.last_end = self.last_end.max(Some(record.lifecycle.end()));
        let record = Arc::new(record);
        self.numbers.insert(Arc::clone(&record.id), self.count);
        self.records.insert(self.count, (bytes, Arc::clone(&record)));
        Ok(record)
    }

    fn remove(&mut self, number: u64) {
        if let Some((freed, record)) = self.records.remove(&number) {
            self.bytes -= freed;
            self.numbers.remove(&record.id);
        }
    }

    /// Drops expired data, and predictions whose data expired long ago: from the oldest on, up to
    /// the first that still needs it.
    pub(crate) fn sweep(&mut self, now: SystemTime) {
        let next = self.emptied.saturating_add(1);
        for (number, (bytes, record)) in self.records.range_mut(next..) {
            if !record.at(now).removed {
                break;
            }
            self.emptied = *number;
            self.bytes -= std::mem::take(bytes);
            let record = Arc::make_mut(record);
            record.input = RawValue::NULL.to_owned().into();
            record.lifecycle.plan.forget();
            record.webhook = None;
        }
        while let Some((number, (_, record))) = self.records.first_key_value() {
            if !record.lifecycle.is_forgotten(now) {
                break;
            }
            self.remove(*number);
        }
    }

    /// Cancels a prediction unless it is terminal; returns the record.
    pub(crate) fn cancel(&mut self, id: &str, now: SystemTime) -> Option<Arc<Record>> {
        let (_, record) = self.records.get_mut(self.numbers.get(id)?)?;
        if !record.at(now).is_terminal() {
            Arc::make_mut(record).lifecycle.canceled_at = Some(now);
        }
        Some(Arc::clone(record))
    }

    /// A page of at most `size` predictions, each with its stored bytes.
    pub(crate) fn page(&self, cursor: Option<Cursor>, size: usize) -> Page<(usize, Arc<Record>)> {
        page(&self.records, cursor, size).map(Clone::clone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::plan::Plan;
    use crate::model::timing::Timing;
    use quickrouter_api::models;
    use serde_json::json;
    use serde_json::value::to_raw_value;
    use std::time::Duration;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn insert(
        store: &mut Predictions,
        bytes: usize,
        now: SystemTime,
    ) -> Result<Arc<str>, StoreFull> {
        let model = Arc::new(ModelEntry::of_contract(&models()[0]));
        let input = json!({});
        let id = store.fresh_id();
        let plan =
            Plan::new(&model, &input, &mut Rng::from_seed(1), &Timing::default()).expect("a plan");
        let lifecycle =
            Lifecycle { created_at: now, canceled_at: None, deadline: None, failure: None, plan };
        let record = Record {
            id: Arc::clone(&id),
            version: model.version_for("").into(),
            model,
            input: to_raw_value(&input).expect("JSON").into(),
            lifecycle,
            stream: stream_id(&id, &mut Rng::from_seed(2)),
            dropped: Vec::new(),
            webhook: None,
        };
        store.insert(record, bytes, now).map(|_| id)
    }

    #[test]
    fn the_oldest_finished_prediction_makes_room_and_none_that_still_runs() {
        let mut store = Predictions { bounds: (2, 100), ..Predictions::new(0) };
        let first = insert(&mut store, 10, START).expect("room");
        let second = insert(&mut store, 10, START).expect("room");
        assert!(insert(&mut store, 10, START).is_err(), "both still run");
        store.cancel(&second, START);
        let third = insert(&mut store, 10, START).expect("room");
        assert!(store.get(&second).is_none() && store.get(&first).is_some());
        let later = START + Duration::from_secs(600);
        insert(&mut store, 85, later).expect("room");
        assert!(store.get(&first).is_none() && store.get(&third).is_some());
        assert_eq!(store.bytes, 95);
    }

    #[test]
    fn a_stream_is_found_by_the_whole_of_its_id() {
        let mut store = Predictions::new(0);
        let id = insert(&mut store, 10, START).expect("room");
        let stream = store.get(&id).expect("kept").stream.clone();
        assert_eq!(store.by_stream(&stream).expect("its stream").id, id);
        let other = stream.replacen(|_: char| true, "-", 1);
        for odd in ["", "a", &id, &other, &format!("a{stream}"), &"é".repeat(ID), &stream[1..]] {
            assert!(store.by_stream(odd).is_none(), "{odd:?}");
        }
    }

    #[test]
    fn what_is_removed_is_let_go_and_a_day_later_the_prediction_too() {
        let mut store = Predictions::new(0);
        let first = insert(&mut store, 10, START).expect("room");
        let second = insert(&mut store, 10, START + Duration::from_secs(60)).expect("room");
        let record = store.get(&first).expect("kept");
        assert!(!record.lifecycle.plan.prompt.is_empty() && record.input.get() == "{}");
        let removed = record.lifecycle.end() + record.lifecycle.plan.retention;
        store.sweep(removed - Duration::from_millis(1));
        assert_eq!(store.bytes(), 20);
        store.sweep(removed);
        store.sweep(removed);
        assert_eq!(store.bytes(), 10);
        let record = store.get(&first).expect("still known");
        assert!(record.lifecycle.plan.prompt.is_empty() && record.input.get() == "null");
        let forgotten = removed + Duration::from_secs(24 * 3600);
        store.sweep(forgotten - Duration::from_millis(1));
        assert!(store.get(&first).is_some());
        store.sweep(forgotten);
        assert!(store.get(&first).is_none() && store.get(&second).is_some());
        assert_eq!((store.len(), store.bytes(), store.numbers.len()), (1, 0, 1));
    }
}
