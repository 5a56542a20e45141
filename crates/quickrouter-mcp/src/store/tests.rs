//! Tests of the file store.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use quickrouter_account::Amount;
use tempfile::TempDir;

use crate::budget::{Limits, Reservation};
use crate::store::file::FileStore;
use crate::store::journal::Journal;
use crate::store::{Arming, Change, NewRequest, RequestStore, State, StoreError};

const GATEWAY: &str = "https://one.example";

struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("state/mcp.jsonl")
    }

    fn open(&self) -> FileStore {
        FileStore::open(self.file(), GATEWAY).unwrap()
    }
}

fn request(id: &str, pictures: u64) -> NewRequest {
    let cost = Some(Amount::from_micros(40_000));
    NewRequest {
        request_id: id.to_owned(),
        fingerprint: "f".to_owned(),
        model: "owner/name".to_owned(),
        reservation: Reservation { pictures, cost },
    }
}

fn append(path: &Path, text: &str) {
    let mut content = fs::read_to_string(path).unwrap();
    content.push_str(text);
    fs::write(path, content).unwrap();
}

async fn pictures(store: &FileStore) -> u64 {
    store.spent(Limits::default()).await.unwrap().pictures
}

#[tokio::test]
async fn what_is_armed_counts_at_once_and_after_a_restart() {
    let folder = Folder::new();
    let store = folder.open();
    let limits = Limits { max_pictures: 3, ..Limits::default() };
    assert_eq!(store.arm(request("a", 2), limits).await.unwrap(), Arming::Armed);
    let Arming::Exceeded(exceeded) = store.arm(request("b", 2), limits).await.unwrap() else {
        panic!("two more are too many")
    };
    assert_eq!(exceeded.left.pictures, 1);
    drop(store);
    let again = folder.open();
    assert_eq!(pictures(&again).await, 2);
    let Arming::Known(known) = again.arm(request("a", 1), limits).await.unwrap() else {
        panic!("the id was used")
    };
    assert_eq!((known.state, known.request.reservation.pictures), (State::Armed, 2));
    assert_ne!(known.armed_by, again.instance());
}

#[tokio::test]
async fn only_what_was_certainly_not_accepted_is_returned() {
    let folder = Folder::new();
    let store = folder.open();
    let limits = Limits::default();
    for id in ["released", "unknown", "ended"] {
        store.arm(request(id, 1), limits).await.unwrap();
    }
    store.change("released", Change::Released).await.unwrap();
    store.change("unknown", Change::Unknown).await.unwrap();
    let failed =
        Change::Ended { status: "failed".to_owned(), seed: None, files: Vec::new(), failure: None };
    store.change("ended", failed).await.unwrap();
    assert_eq!(pictures(&store).await, 2);
    // It may be armed again, and counts again.
    assert_eq!(store.arm(request("released", 1), limits).await.unwrap(), Arming::Armed);
    assert_eq!(pictures(&folder.open()).await, 3);
}

#[tokio::test]
async fn a_prediction_is_found_by_both_ids_with_all_that_was_noted() {
    let folder = Folder::new();
    let store = folder.open();
    store.arm(request("a", 1), Limits::default()).await.unwrap();
    store.change("a", Change::Created { id: "p1".to_owned() }).await.unwrap();
    assert_eq!(store.unfinished().await.unwrap()[0].id.as_deref(), Some("p1"));
    store.change("a", Change::Counted { pictures: 4 }).await.unwrap();
    let files = vec![PathBuf::from("/out/p1-0.png")];
    let ended =
        Change::Ended { status: "succeeded".to_owned(), seed: Some(7), files, failure: None };
    store.change("a", ended).await.unwrap();
    let store = folder.open();
    let record = store.find_prediction("p1").await.unwrap().unwrap();
    assert_eq!(store.find("a").await.unwrap().as_ref(), Some(&record));
    assert_eq!((record.seed, record.files.len()), (Some(7), 1));
    assert_eq!(record.request.reservation.pictures, 4);
    assert!(store.unfinished().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_another_process_wrote_counts_without_a_restart() {
    let folder = Folder::new();
    let (one, two) = (folder.open(), folder.open());
    one.arm(request("a", 2), Limits::default()).await.unwrap();
    assert_eq!(pictures(&two).await, 2);
    two.change("a", Change::Created { id: "p".to_owned() }).await.unwrap();
    assert_eq!(one.find("a").await.unwrap().unwrap().state, State::Created);
}

#[tokio::test]
async fn a_line_that_a_crash_cut_short_counts_as_none() {
    let folder = Folder::new();
    folder.open().arm(request("a", 1), Limits::default()).await.unwrap();
    let whole = fs::read(folder.file()).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for length in (0..whole.len() - 1).rev() {
        fs::write(folder.file(), &whole[..length]).unwrap();
        let store = folder.open();
        assert_eq!(pictures(&store).await, 0, "cut to {length} bytes");
        store.arm(request("b", 1), Limits::default()).await.unwrap();
        assert_eq!(pictures(&folder.open()).await, 1, "cut to {length} bytes");
        assert!(fs::read(folder.file()).unwrap().starts_with(&whole[..first]));
    }
}

#[tokio::test]
async fn a_last_line_that_lacks_only_its_end_counts() {
    let folder = Folder::new();
    folder.open().arm(request("a", 1), Limits::default()).await.unwrap();
    let whole = fs::read_to_string(folder.file()).unwrap();
    for edited in [whole.trim_end().to_owned(), whole.replace('\n', "\r\n").trim_end().to_owned()] {
        fs::write(folder.file(), edited).unwrap();
        let store = folder.open();
        let known = store.arm(request("a", 1), Limits::default()).await.unwrap();
        assert!(matches!(known, Arming::Known(_)), "{known:?}");
        store.arm(request("b", 1), Limits::default()).await.unwrap();
        assert_eq!(pictures(&folder.open()).await, 2);
    }
}

#[tokio::test]
async fn a_change_of_what_was_not_armed_is_refused_and_not_written() {
    let folder = Folder::new();
    let store = folder.open();
    let refused = store.change("a", Change::Released).await.unwrap_err();
    assert!(refused.to_string().contains("a was not armed"), "{refused}");
    assert_eq!(pictures(&folder.open()).await, 0);
}

#[test]
fn who_has_waited_long_enough_for_a_file_in_use_tries_it_once_more_and_waits_no_longer() {
    let folder = Folder::new();
    let path = folder.0.path().join("mcp.jsonl");
    let mut journal = Journal::open(&path, GATEWAY).unwrap();
    let held = fs::OpenOptions::new().write(true).open(&path).unwrap();
    fs4::FileExt::lock(&held).unwrap();
    let over = Instant::now();
    let refused = journal.lock(over).map(drop).unwrap_err();
    assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
    fs4::FileExt::unlock(&held).unwrap();
    journal.lock(over).map(drop).unwrap();
}

#[test]
fn a_line_that_is_none_is_refused_by_its_number() {
    let folder = Folder::new();
    drop(folder.open());
    append(&folder.file(), "{\"request_id\":\"a\"}\n");
    let refused = FileStore::open(folder.file(), GATEWAY).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt { line: 2, .. }), "{refused}");
}

#[test]
fn a_line_out_of_place_is_refused() {
    let folder = Folder::new();
    drop(folder.open());
    append(&folder.file(), "{\"request_id\":\"a\",\"event\":\"released\"}\n");
    let refused = FileStore::open(folder.file(), GATEWAY).unwrap_err();
    assert!(refused.to_string().contains("a was not armed"), "{refused}");
}

#[test]
fn a_file_of_another_gateway_format_or_kind_is_refused_and_kept() {
    let folder = Folder::new();
    drop(folder.open());
    let other = FileStore::open(folder.file(), "https://two.example").unwrap_err();
    assert!(matches!(other, StoreError::OtherGateway { .. }), "{other}");
    for content in ["my notes", "my notes\n", "{}\n", "{\"quickrouter_mcp\":2,\"gateway\":\"x\"}\n"]
    {
        fs::write(folder.file(), content).unwrap();
        let refused = FileStore::open(folder.file(), GATEWAY).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt { line: 1, .. }), "{content}: {refused}");
        assert_eq!(fs::read_to_string(folder.file()).unwrap(), content);
    }
    let refused = FileStore::open(folder.0.path(), GATEWAY).unwrap_err();
    assert!(matches!(refused, StoreError::Io { .. }), "{refused}");
}

#[tokio::test]
async fn a_file_that_is_replaced_or_emptied_renews_nothing() {
    let folder = Folder::new();
    let store = folder.open();
    store.arm(request("a", 1), Limits::default()).await.unwrap();
    fs::write(folder.file(), "").unwrap();
    let refused = store.arm(request("b", 1), Limits::default()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Replaced { .. }), "{refused}");
    fs::remove_file(folder.file()).unwrap();
    let refused = store.arm(request("b", 1), Limits::default()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Replaced { .. }), "{refused}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it_also_if_others_could_before() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    drop(folder.open());
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.file()), 0o600);
    assert_eq!(mode(folder.file().parent().unwrap()), 0o700);
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(folder.open());
    assert_eq!(mode(&folder.file()), 0o600);
}

#[test]
fn a_reservation_counts_for_the_window_and_if_the_clock_was_set_back() {
    let limits = Limits { window: Duration::from_secs(60), ..Limits::default() };
    let now = SystemTime::now();
    assert!(limits.counts(now, now));
    assert!(limits.counts(now - Duration::from_secs(59), now));
    assert!(!limits.counts(now - Duration::from_secs(60), now));
    assert!(limits.counts(now + Duration::from_secs(600), now));
}

#[test]
fn money_is_held_as_pictures_are_and_what_is_unpriced_counts_by_pictures_alone() {
    let limits = Limits {
        max_pictures: 10,
        max_cost: Some(Amount::from_micros(100_000)),
        ..Limits::default()
    };
    let mut spent = crate::budget::Spent::default();
    spent.add(&request("a", 1).reservation, SystemTime::now());
    spent.add(&request("b", 1).reservation, SystemTime::now());
    let exceeded = limits.check(&spent, &request("c", 1).reservation).unwrap_err();
    assert_eq!(exceeded.left.cost, Some(Amount::from_micros(20_000)));
    let unpriced = Reservation { pictures: 8, cost: None };
    assert!(limits.check(&spent, &unpriced).is_ok());
    assert!(limits.check(&spent, &Reservation { pictures: 9, cost: None }).is_err());
}
