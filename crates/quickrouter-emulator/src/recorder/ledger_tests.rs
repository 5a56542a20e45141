//! The list of unsettled creates.

use crate::recorder::ledger::{Admission, FILE_NAME, Ledger, MAX_UNSETTLED, Standing, Unsettled};
use crate::recording::format::{RecordedRequest, RecordedRoute};
use serde_json::Map;
use std::fs;

fn request() -> RecordedRequest {
    RecordedRequest {
        route: RecordedRoute::Version,
        model: None,
        version: Some("0123abcd".to_owned()),
        input: Map::new(),
        prefer: None,
        cancel_after: None,
    }
}

fn admit(ledger: &Ledger) -> Admission {
    ledger.admit("key", "2026-01-02T03:04:05Z", &request()).expect("written")
}

#[test]
fn a_prediction_stays_on_disk_until_a_client_has_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(folder.path()).expect("opened");
    assert!(matches!(admit(&ledger), Admission::Free(1)));
    ledger.settle(1, Some("p1")).expect("written");
    // It is on its way; should its client go, the next one gets it.
    assert!(matches!(admit(&ledger), Admission::Wait));
    // The recorder is killed before the client has it.
    let ledger = Ledger::open(folder.path()).expect("opened");
    let Admission::Found { number: 1, id } = admit(&ledger) else { panic!("not found") };
    assert_eq!(id, "p1");
    ledger.orphan(1);
    assert!(matches!(admit(&ledger), Admission::Found { number: 1, .. }));
    ledger.delivered(1).expect("written");
    let ledger = Ledger::open(folder.path()).expect("opened");
    assert!(matches!(admit(&ledger), Admission::Free(_)));
}

#[test]
fn one_that_is_found_after_its_client_went_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().expect("a folder");
    let ledger = Ledger::open(folder.path()).expect("opened");
    assert!(matches!(admit(&ledger), Admission::Free(1)));
    ledger.unknown(1, "broken").expect("written");
    ledger.orphan(1);
    assert!(matches!(admit(&ledger), Admission::Unknown(_)));
    assert!(ledger.recovered(1, "p1", true).0);
    assert!(matches!(admit(&ledger), Admission::Found { .. }));
}

#[test]
fn a_full_list_is_final_only_if_none_of_its_creates_settles_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let unknown = |number: usize| Unsettled {
        number: u64::try_from(number).expect("a number"),
        sent_at: "2026-01-02T03:04:05Z".to_owned(),
        key: format!("key {number}"),
        request: request(),
        state: Standing::Unknown("broken".to_owned()),
    };
    let lines = (2..=MAX_UNSETTLED).map(|number| serde_json::to_string(&unknown(number)));
    let lines: Vec<String> = lines.map(|line| line.expect("JSON")).collect();
    fs::write(folder.path().join(FILE_NAME), lines.join("\n")).expect("written");
    let ledger = Ledger::open(folder.path()).expect("opened");
    let Admission::Free(number) = admit(&ledger) else { panic!("full") };
    assert!(matches!(admit(&ledger), Admission::Full { unknown: false }));
    ledger.unknown(number, "broken").expect("written");
    let other = ledger.admit("other", "2026-01-02T03:04:05Z", &request()).expect("read");
    assert!(matches!(other, Admission::Full { unknown: true }));
}
