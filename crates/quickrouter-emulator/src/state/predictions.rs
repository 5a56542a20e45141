//! The predictions, in the order of creation, within limits.

use crate::model::entry::ModelEntry;
use crate::model::rng::Rng;
use crate::state::paging::{Cursor, Page, page};
use crate::state::record::RecordRow;
use crate::state::totals::{CREATES, PICTURES, RUNS};
use crate::store::{Change, Journal, JsonRow, Table};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

pub(crate) use crate::state::record::{Record, Webhook};

/// How many predictions are kept; then the oldest finished one is dropped.
const MAX_COUNT: usize = 20_000;
/// How many bytes of inputs are kept, including inline files; then the
/// oldest finished prediction is dropped.
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

/// A prediction that has its number, but is not shown yet.
#[derive(Debug)]
pub(crate) struct NewPrediction {
    pub(crate) number: u64,
    pub(crate) bytes: usize,
    pub(crate) record: Arc<Record>,
    /// Whether it counts among those of its model.
    counted: bool,
}

impl NewPrediction {
    /// What is kept of it.
    pub(crate) fn change(&self) -> Change {
        let files = self.record.lifecycle.plan.outputs.files();
        let change = Change::default()
            .row(Table::Predictions, self.number, RecordRow::of(&self.record, self.bytes))
            .count(CREATES, 1)
            .count(PICTURES, u64::try_from(files).unwrap_or(u64::MAX));
        if self.counted {
            change.count(format!("{RUNS}{}", self.record.model.name), 1)
        } else {
            change
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
    /// The limit of models in `runs`.
    max_counted: usize,
    /// The data of predictions up to this number is removed.
    emptied: u64,
    records: BTreeMap<u64, (usize, Arc<Record>)>,
    numbers: HashMap<Arc<str>, u64>,
    /// When the last prediction finishes unless it is canceled.
    last_end: Option<SystemTime>,
    journal: Journal,
    /// The digests of the recordings that are kept.
    recordings: HashSet<u64>,
}

impl Predictions {
    pub(crate) fn new(ids: Rng) -> Self {
        Self {
            ids,
            count: 0,
            runs: HashMap::new(),
            bytes: 0,
            bounds: (MAX_COUNT, MAX_BYTES),
            max_counted: MAX_COUNTED,
            emptied: 0,
            records: BTreeMap::new(),
            numbers: HashMap::new(),
            last_end: None,
            journal: Journal::default(),
            recordings: HashSet::new(),
        }
    }

    /// The predictions that were kept, each with its number and its bytes, and a journal for those
    /// to come. `created` counts all so far, forgotten ones as well, and `runs` those of each model.
    /// Of `recordings`, those that no prediction replays any more are dropped.
    pub(crate) fn restore(
        &mut self,
        kept: Vec<(u64, usize, Record)>,
        recordings: &[u64],
        created: u64,
        runs: HashMap<String, u64>,
        journal: Journal,
    ) {
        self.count = kept.last().map_or(0, |(number, ..)| *number).max(created);
        // A create takes bytes, unless its data was removed.
        let emptied = kept.iter().take_while(|(_, bytes, _)| *bytes == 0).last();
        self.emptied = emptied.map_or(0, |(number, ..)| *number);
        for (number, bytes, record) in kept {
            self.recordings.extend(record.lifecycle.plan.recorded().map(|replay| replay.digest));
            self.bytes += bytes;
            self.last_end = self.last_end.max(Some(record.lifecycle.end()));
            self.numbers.insert(Arc::clone(&record.id), number);
            self.records.insert(number, (bytes, Arc::new(record)));
        }
        self.runs = runs;
        self.journal = journal;
        for unused in recordings.iter().filter(|digest| !self.recordings.contains(digest)) {
            self.journal.remove(Table::Recordings, *unused);
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

    /// The prediction of this number, and its bytes.
    pub(crate) fn by_number(&self, number: u64) -> Option<(usize, Arc<Record>)> {
        self.records.get(&number).cloned()
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

    /// Makes room for a prediction whose body and prompt take `bytes`, and numbers it.
    pub(crate) fn admit(
        &mut self,
        record: Record,
        bytes: usize,
        now: SystemTime,
    ) -> Result<NewPrediction, StoreFull> {
        while self.len() >= self.bounds.0 || (self.bytes + bytes > self.bounds.1 && self.len() > 0)
        {
            let finished =
                self.records.iter().find(|(_, (_, record))| record.at(now).is_terminal());
            let number = *finished.ok_or(StoreFull)?.0;
            self.remove(number);
        }
        if let Some(replay) = record.lifecycle.plan.recorded().filter(|_| self.journal.keeps())
            && self.recordings.insert(replay.digest)
        {
            // Written before the predictions that name it, or with the first of them.
            self.journal.put(Table::Recordings, replay.digest, JsonRow::of(replay));
        }
        self.count += 1;
        let counted =
            self.runs.contains_key(&record.model.name) || self.runs.len() < self.max_counted;
        Ok(NewPrediction { number: self.count, bytes, record: Arc::new(record), counted })
    }

    /// Stores a prediction.
    pub(crate) fn insert(&mut self, new: NewPrediction) -> Arc<Record> {
        let NewPrediction { number, bytes, record, counted } = new;
        // Newer ones may have been quicker.
        self.emptied = self.emptied.min(number - 1);
        if counted {
            *self.runs.entry(record.model.name.clone()).or_default() += 1;
        }
        self.bytes += bytes;
        self.last_end = self.last_end.max(Some(record.lifecycle.end()));
        self.numbers.insert(Arc::clone(&record.id), number);
        self.records.insert(number, (bytes, Arc::clone(&record)));
        record
    }

    fn remove(&mut self, number: u64) {
        if let Some((freed, record)) = self.records.remove(&number) {
            self.bytes -= freed;
            self.numbers.remove(&record.id);
            self.journal.remove(Table::Predictions, number);
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
            let emptied = Arc::make_mut(record);
            emptied.input = RawValue::NULL.to_owned().into();
            emptied.lifecycle.plan.forget();
            emptied.webhook = None;
            self.journal.put(Table::Predictions, *number, RecordRow::of(record, *bytes));
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
        let number = self.numbers.get(id)?;
        let (bytes, record) = self.records.get_mut(number)?;
        if !record.at(now).is_terminal() {
            Arc::make_mut(record).lifecycle.canceled_at = Some(now);
            self.journal.put(Table::Predictions, *number, RecordRow::of(record, *bytes));
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
    use crate::model::lifecycle::Lifecycle;
    use crate::model::plan::Plan;
    use crate::model::timing::Timing;
    use quickrouter_api::{Model, models};
    use serde_json::json;
    use serde_json::value::to_raw_value;
    use std::time::Duration;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    fn empty() -> Predictions {
        Predictions::new(Rng::from_seed(0))
    }

    fn record(store: &mut Predictions, model: &'static Model, now: SystemTime) -> Record {
        let model = Arc::new(ModelEntry::of_contract(model));
        let input = json!({});
        let id = store.fresh_id();
        let plan =
            Plan::new(&model, &input, &mut Rng::from_seed(1), &Timing::default()).expect("a plan");
        let lifecycle =
            Lifecycle { created_at: now, canceled_at: None, deadline: None, failure: None, plan };
        Record {
            id: Arc::clone(&id),
            version: model.version_for("").into(),
            model,
            input: to_raw_value(&input).expect("JSON").into(),
            lifecycle,
            stream: stream_id(&id, &mut Rng::from_seed(2)),
            dropped: Vec::new(),
            webhook: None,
        }
    }

    fn insert(
        store: &mut Predictions,
        bytes: usize,
        now: SystemTime,
    ) -> Result<Arc<str>, StoreFull> {
        let record = record(store, &models()[0], now);
        let new = store.admit(record, bytes, now)?;
        Ok(Arc::clone(&store.insert(new).id))
    }

    #[test]
    fn the_oldest_finished_prediction_makes_room_and_none_that_still_runs() {
        let mut store = Predictions { bounds: (2, 100), ..empty() };
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
    fn beyond_the_limit_no_further_model_is_counted_in_memory_or_in_what_is_kept() {
        let mut store = Predictions { max_counted: 1, ..empty() };
        for (model, counted) in [(0, true), (1, false), (0, true)] {
            let record = record(&mut store, &models()[model], START);
            let name = format!("{RUNS}{}", record.model.name);
            let new = store.admit(record, 10, START).expect("room");
            assert_eq!(new.change().counted().any(|total| total == name), counted, "{name}");
            store.insert(new);
        }
        let count = |model: usize| store.count_of(&ModelEntry::of_contract(&models()[model]));
        assert_eq!((count(0), count(1), store.len()), (2, 0, 3));
    }

    #[test]
    fn a_stream_is_found_by_the_whole_of_its_id() {
        let mut store = empty();
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
        let mut store = empty();
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
