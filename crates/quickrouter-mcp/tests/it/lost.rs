//! Servers that lose what they work on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use quickrouter_account::{Account, Profile};
use quickrouter_emulator::Faults;
use quickrouter_mcp::{
    Arming, Change, Confirmation, FileStore, Limits, McpServerBuilder, NewRequest, Record,
    RequestStore, Spent, StoreError,
};
use serde_json::{Value, json};

use crate::harness::{Session, World, content, error};

/// A store that panics when it is to note the first change.
#[derive(Debug)]
struct Panicking {
    store: FileStore,
    has_panicked: AtomicBool,
}

impl RequestStore for Panicking {
    fn arm(&self, new: NewRequest, limits: Limits) -> BoxFuture<'_, Result<Arming, StoreError>> {
        self.store.arm(new, limits)
    }

    fn change<'a>(
        &'a self,
        request_id: &'a str,
        change: Change,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        assert!(self.has_panicked.swap(true, Ordering::Relaxed), "the first change");
        self.store.change(request_id, change)
    }

    fn find<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        self.store.find(id)
    }

    fn find_prediction<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        self.store.find_prediction(id)
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.store.unfinished()
    }

    fn spent(&self, limits: Limits) -> BoxFuture<'_, Result<Spent, StoreError>> {
        self.store.spent(limits)
    }
}

#[tokio::test]
async fn what_a_panic_lost_is_found_by_the_same_call_and_not_created_again() {
    let world = World::quick().await;
    let store = Panicking { store: world.store(), has_panicked: AtomicBool::new(false) };
    let account = Account::new(world.client(), Profile::new("test", world.emulator.base_url()));
    let builder = McpServerBuilder::new(account, store, world.output());
    let builder = builder.confirmation(Confirmation::Never).wait(Duration::from_secs(1));
    let session = Session::new(builder).await;
    let lost = session.generate("r").await;
    assert_eq!(error(&lost)["kind"], "outcome_unknown");
    assert_eq!(error(&lost)["may_be_billed"], true);
    let id = error(&lost)["id"].clone();
    let found = session.generate("r").await;
    assert_eq!((&content(&found)["id"], &content(&found)["status"]), (&id, &json!("succeeded")));
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn what_was_created_before_the_clock_was_set_back_is_saved_all_the_same() {
    let world = World::quick().await;
    world.session(5).await.generate("r").await;
    let noted = std::fs::read_to_string(world.state_file()).unwrap();
    // It is not noted as ended, and is armed in what is the future now.
    let mut lines: Vec<Value> =
        noted.lines().take(3).map(|line| serde_json::from_str(line).unwrap()).collect();
    lines[1]["at"] = json!("2100-01-01T00:00:00Z");
    let edited: Vec<_> = lines.iter().map(Value::to_string).collect();
    std::fs::write(world.state_file(), edited.join("\n") + "\n").unwrap();
    assert_eq!(world.builder().build().resume().await.unwrap(), 1);
}

#[tokio::test]
async fn a_create_that_another_server_was_refused_meanwhile_is_sent() {
    let world = World::quick().await;
    let refused = r#"{"faults": [{"on": {"route": "create"}, "do": {"answer": {"status": 402}}}]}"#;
    world.emulator.set_faults(Faults::from_json(refused).unwrap()).unwrap();
    world.session(5).await.generate("r").await;
    world.emulator.set_faults(Faults::default()).unwrap();
    // Another server has armed it, and is not refused yet.
    let noted = std::fs::read_to_string(world.state_file()).unwrap();
    let armed: Vec<_> = noted.lines().take(2).collect();
    std::fs::write(world.state_file(), armed.join("\n") + "\n").unwrap();
    let (session, other) = (world.session(5).await, world.store());
    let (made, ()) = tokio::join!(session.generate("r"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        other.change("r", Change::Released).await.unwrap();
    });
    assert_eq!(content(&made)["status"], "succeeded");
    assert_eq!(world.emulator.creates_accepted(), 1);
}
