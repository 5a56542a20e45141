//! Crashes of the machine at every write and sync: what was reported as written is there
//! afterwards, and the rest is there as a whole or not at all.

use super::disk::{Disk, Loaded, Opener, create};
use super::journal::Journal;
use super::queue::{Change, Key, RowValue, Table};
use crate::model::rng::Rng;
use bytes::Bytes;
use redb::StorageBackend;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

/// How much of a write may be torn off: a sector.
const SECTOR: usize = 512;

/// A fake disk: what was not synced may be lost in a crash, write by write and sector by sector.
#[derive(Debug, Clone, Default)]
struct FakeDisk {
    shared: Arc<Mutex<Platters>>,
}

#[derive(Debug, Default)]
struct Platters {
    /// What a reader sees.
    seen: Vec<u8>,
    /// What survives a crash for sure.
    synced: Vec<u8>,
    unsynced: Vec<Operation>,
    /// How many operations succeed before all fail.
    left: Option<usize>,
    full: bool,
}

#[derive(Debug, Clone)]
enum Operation {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Operation {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Length(length) => resize(bytes, *length),
            Self::Write(at, data) => {
                let end = at + data.len();
                resize(bytes, end.max(bytes.len()));
                bytes[*at..end].copy_from_slice(data);
            }
        }
    }
}

fn resize(bytes: &mut Vec<u8>, length: usize) {
    bytes.truncate(length);
    // Vec::resize takes its time unoptimized.
    bytes.extend_from_slice(&vec![0; length - bytes.len()]);
}

impl FakeDisk {
    fn lock(&self) -> MutexGuard<'_, Platters> {
        self.shared.lock().unwrap()
    }

    /// Counts an operation, or fails it.
    fn begin(&self) -> io::Result<MutexGuard<'_, Platters>> {
        let mut platters = self.lock();
        let full = platters.full;
        match &mut platters.left {
            Some(0) if full => return Err(io::ErrorKind::StorageFull.into()),
            Some(0) => return Err(io::Error::other("the machine is off")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(platters)
    }

    fn opener(&self) -> Opener {
        let disk = self.clone();
        Opener::new("fake".into(), move || create(disk.clone()))
    }

    /// What is left after a crash: the synced, and some of the rest.
    fn after_crash(&self, rng: &mut Rng) -> Self {
        let platters = self.lock();
        let mut bytes = platters.synced.clone();
        for operation in &platters.unsynced {
            match operation {
                _ if rng.below(3) == 0 => {}
                Operation::Write(at, data) if rng.below(2) == 0 => {
                    for (index, sector) in data.chunks(SECTOR).enumerate() {
                        if rng.below(2) == 0 {
                            let sector = Operation::Write(at + index * SECTOR, sector.to_vec());
                            sector.apply(&mut bytes);
                        }
                    }
                }
                whole => whole.apply(&mut bytes),
            }
        }
        let left = Platters { seen: bytes.clone(), synced: bytes, ..Platters::default() };
        Self { shared: Arc::new(Mutex::new(left)) }
    }
}

impl StorageBackend for FakeDisk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().seen.len() as u64)
    }

    fn read(&self, offset: u64, len: usize) -> io::Result<Vec<u8>> {
        let (platters, at) = (self.lock(), usize::try_from(offset).unwrap());
        let bytes = platters.seen.get(at..at + len);
        bytes.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut platters = self.begin()?;
        let operation = Operation::Length(usize::try_from(len).unwrap());
        operation.apply(&mut platters.seen);
        platters.unsynced.push(operation);
        Ok(())
    }

    fn sync_data(&self, _eventual: bool) -> io::Result<()> {
        let mut platters = self.begin()?;
        for operation in std::mem::take(&mut platters.unsynced) {
            operation.apply(&mut platters.synced);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut platters = self.begin()?;
        let operation = Operation::Write(usize::try_from(offset).unwrap(), data.to_vec());
        operation.apply(&mut platters.seen);
        platters.unsynced.push(operation);
        Ok(())
    }
}

const BATCHES: usize = 6;
const TOTAL: &str = "created";

/// A create of a prediction and, in the same transaction, of its webhook.
fn prediction(number: u64) -> Change {
    let row = |of: &str| Bytes::from(format!("{of} {number}").repeat(60));
    Change::default()
        .row(Table::Predictions, number, row("prediction"))
        .row(Table::Webhooks, number, row("webhook"))
        .count(TOTAL, 1)
}

/// Writes batches of creates, and removes an older row with each, until the disk fails. Returns
/// the numbers that were reported as written, the numbers that were tried, and the removed.
fn write(disk: &mut Disk) -> (BTreeSet<u64>, BTreeSet<u64>, BTreeSet<u64>) {
    let (mut written, mut tried, mut removed) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for batch in 0..BATCHES as u64 {
        let numbers: Vec<u64> = (batch * 3..batch * 3 + 3).collect();
        let changes: Vec<Change> = numbers.iter().map(|number| prediction(*number)).collect();
        let mut rows: HashMap<Key, RowValue> = HashMap::new();
        let old = batch.checked_sub(2).map(|batch| batch * 3);
        rows.extend(old.map(|old| ((Table::Predictions, old), None)));
        tried.extend(&numbers);
        if disk.write(&rows, &changes).is_err() {
            break;
        }
        written.extend(numbers);
        removed.extend(old);
    }
    (written, tried, removed)
}

fn numbers(loaded: &mut Loaded, table: Table) -> BTreeSet<u64> {
    loaded.take(table).into_iter().map(|(number, _)| number).collect()
}

fn opened(disk: &FakeDisk) -> (Disk, Loaded) {
    Disk::open(disk.opener(), 7).expect("it opens after any crash")
}

#[test]
fn after_a_crash_at_any_write_all_that_was_reported_is_there_and_nothing_by_halves() {
    for at in 0.. {
        let disk = FakeDisk::default();
        disk.lock().left = Some(at);
        let made = Disk::open(disk.opener(), 7);
        let (written, tried, removed) =
            made.map(|(mut made, _)| write(&mut made)).unwrap_or_default();
        let done = written.len() == BATCHES * 3;
        for seed in 0..2 {
            let after = disk.after_crash(&mut Rng::from_seed(seed + 1000 * at as u64));
            let (mut again, mut loaded) = opened(&after);
            let total = loaded.totals.get(TOTAL).copied().unwrap_or_default();
            let webhooks = numbers(&mut loaded, Table::Webhooks);
            let predictions = numbers(&mut loaded, Table::Predictions);
            let place = format!("a crash at operation {at}, seed {seed}");
            assert!(webhooks.is_superset(&written), "{place}: {written:?}, {webhooks:?}");
            assert!(webhooks.is_subset(&tried), "{place}: {tried:?}, {webhooks:?}");
            assert_eq!(webhooks.len() % 3, 0, "{place}: a batch is there as a whole");
            assert_eq!(total, webhooks.len() as u64, "{place}: the total is that of the rows");
            assert!(predictions.is_disjoint(&removed), "{place}: {removed:?}, {predictions:?}");
            assert!(predictions.is_subset(&webhooks), "{place}: {predictions:?}, {webhooks:?}");
            again.write(&HashMap::new(), &[prediction(1000)]).expect("and it goes on");
        }
        if done {
            break;
        }
    }
}

#[test]
fn an_interrupted_opening_can_be_repeated() {
    for at in 0..40 {
        let disk = FakeDisk::default();
        disk.lock().left = Some(at);
        let _ = Disk::open(disk.opener(), 7);
        disk.lock().left = None;
        // Nothing was promised yet, but the process itself may go on with what it sees.
        let seed = Disk::open(disk.opener(), 8).map(|(_, loaded)| loaded.id_seed);
        assert!(matches!(seed, Ok(7 | 8)), "stopped at operation {at}: {seed:?}");
    }
}

#[tokio::test]
async fn what_could_not_be_written_is_refused_and_stays_away_and_the_rest_is_written_later() {
    for at in 0..25 {
        let disk = FakeDisk::default();
        let (journal, _) = Journal::with(disk.opener(), 7, false).expect("open");
        journal.commit(|| prediction(1)).written().await.expect("written");
        {
            let mut platters = disk.lock();
            (platters.left, platters.full) = (Some(at), true);
        }
        journal.remove(Table::Predictions, 1);
        let refused = journal.commit(|| prediction(2)).written().await;
        let place = format!("full at operation {at}: {refused:?}");
        assert!(refused.as_ref().err().is_none_or(|error| error.full), "{place}");
        disk.lock().left = None;
        journal.commit(|| prediction(3)).written().await.expect("there is room again");
        journal.close();
        let closed = journal.commit(|| prediction(4)).written().await;
        assert!(closed.expect_err("closed").why.contains("stopping"));
        let (_, mut loaded) = opened(&disk);
        let kept = numbers(&mut loaded, Table::Webhooks);
        let expected = if refused.is_ok() { vec![1, 2, 3] } else { vec![1, 3] };
        assert_eq!(kept, BTreeSet::from_iter(expected), "{place}");
        assert_eq!(loaded.totals[TOTAL], kept.len() as u64, "{place}");
        assert!(!numbers(&mut loaded, Table::Predictions).contains(&1), "{place}");
    }
}
