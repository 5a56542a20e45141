//! Creates: within the budget, once for each request id, and saved at once.

use std::path::Path;
use std::time::Duration;

use quickrouter_emulator::Faults;
use quickrouter_mcp::{Limits, Running};
use serde_json::json;

use crate::harness::{Session, World, content, error, small, until};

#[tokio::test]
async fn a_picture_is_made_and_saved() {
    let world = World::quick().await;
    let session = world.session(5).await;
    let result = session.generate("first").await;
    let made = content(&result);
    assert_eq!(made["status"], "succeeded");
    assert_eq!(made["budget"]["pictures_left"], 4);
    let file = Path::new(made["files"][0]["path"].as_str().unwrap());
    assert!(file.starts_with(world.output()));
    assert_eq!(&std::fs::read(file).unwrap()[..4], b"\x89PNG");
}

#[tokio::test]
async fn the_same_request_id_gives_the_same_prediction_also_after_a_restart() {
    let world = World::quick().await;
    let session = world.session(5).await;
    let first = session.generate("once").await;
    let again = session.generate("once").await;
    assert_eq!(content(&first)["id"], content(&again)["id"]);
    assert_eq!(content(&first)["files"], content(&again)["files"]);
    let restarted = world.session(5).await;
    let later = restarted.generate("once").await;
    assert_eq!(content(&first)["files"], content(&later)["files"]);
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn a_request_id_is_refused_with_other_arguments() {
    let world = World::quick().await;
    let session = world.session(5).await;
    session.generate("once").await;
    let mut other = small("once");
    other["prompt"] = json!("a blue door");
    let refused = session.call("generate_image", other).await;
    assert_eq!(error(&refused)["kind"], "request_id_conflict");
    assert_eq!(error(&refused)["may_be_billed"], false);
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn fifty_parallel_calls_make_no_picture_over_the_cap() {
    let world = World::quick().await;
    let session = world.session(7).await;
    let ids: Vec<_> = (0..50).map(|index| format!("r{index}")).collect();
    let calls = ids.iter().map(|id| session.generate(id));
    let results = futures_util::future::join_all(calls).await;
    let made = results.iter().filter(|result| result.is_error != Some(true)).count();
    let refused = results.iter().filter(|result| result.is_error == Some(true));
    assert!(refused.map(error).all(|error| error["kind"] == "budget_exceeded"));
    assert_eq!((made, world.emulator.creates_accepted()), (7, 7));
}

#[tokio::test]
async fn parallel_calls_with_one_request_id_create_once() {
    let world = World::quick().await;
    let session = world.session(50).await;
    let calls = (0..20).map(|_| session.generate("once"));
    let results = futures_util::future::join_all(calls).await;
    let first = &content(&results[0])["id"];
    assert!(results.iter().all(|result| content(result)["id"] == *first));
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn two_servers_share_one_budget() {
    let world = World::quick().await;
    let (one, two) = (world.session(5).await, world.session(5).await);
    let calls = (0..20).map(|index| {
        let (session, id) = (if index % 2 == 0 { &one } else { &two }, format!("r{index}"));
        async move { session.generate(&id).await }
    });
    let results = futures_util::future::join_all(calls).await;
    let made = results.iter().filter(|result| result.is_error != Some(true)).count();
    assert_eq!((made, world.emulator.creates_accepted()), (5, 5));
}

#[tokio::test]
async fn what_takes_longer_than_the_wait_is_asked_for_again() {
    let world = World::with_time_scale(1.0).await;
    let builder = world.builder().wait(Duration::from_millis(300));
    let session = Session::new(builder).await;
    let result = session.generate("slow").await;
    let early = content(&result);
    assert_eq!(early["done"], false);
    let next = early["next"].as_str().unwrap();
    assert!(next.contains("wait_prediction"), "{early}");
    let said = &result.content[0].as_text().unwrap().text;
    assert_eq!(said.matches(next).count(), 1, "{said}");
    assert_eq!(said.matches("Ask").count(), 1, "{said}");
    let mut last = early.clone();
    while last["done"] == false {
        let waited = session.call("wait_prediction", json!({"request_id": "slow"})).await;
        last = content(&waited).clone();
    }
    assert_eq!((&last["id"], &last["status"]), (&early["id"], &json!("succeeded")));
    assert_eq!(last["files"].as_array().unwrap().len(), 1);
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn a_restarted_server_saves_what_an_earlier_one_created() {
    let world = World::with_time_scale(1.0).await;
    let builder = world.builder().wait(Duration::from_millis(500));
    let session = Session::new(builder).await;
    session.generate("slow").await;
    let running = session.server.finish(Duration::from_secs(5)).await;
    let [Running { request_id, id, .. }] = running.as_slice() else { panic!("{running:?}") };
    assert_eq!(request_id.as_deref(), Some("slow"));
    assert!(id.is_some());
    let restarted = world.builder().build();
    assert_eq!(restarted.resume().await.unwrap(), 1);
    let saved = world.output().join(format!("{}-0.png", id.as_ref().unwrap()));
    until(|| saved.exists()).await;
}

#[tokio::test]
async fn a_canceled_prediction_is_not_waited_for() {
    let world = World::with_time_scale(1.0).await;
    let session = Session::new(world.builder().wait(Duration::from_millis(500))).await;
    let started = session.generate("unwanted").await;
    let id = content(&started)["id"].clone();
    let canceled = session.call("cancel_prediction", json!({"id": id})).await;
    assert_eq!(content(&canceled)["status"], "canceled");
    let limits = Limits::default();
    assert_eq!(content(&canceled)["budget"]["pictures_left"], limits.max_pictures - 1);
}

#[tokio::test]
async fn what_this_server_is_saving_is_waited_for_and_not_saved_twice() {
    let world = World::with_time_scale(10.0).await;
    let slow = r#"{"faults": [{"on": {"route": "output"}, "do": {"delay_before": 3000}}]}"#;
    world.emulator.set_faults(Faults::from_json(slow).unwrap()).unwrap();
    let session = Session::new(world.builder().wait(Duration::from_millis(300))).await;
    session.generate("r").await;
    let state = loop {
        let state = session.call("get_prediction", json!({"request_id": "r"})).await;
        if content(&state)["status"] == "succeeded" {
            break content(&state).clone();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(state["done"], false);
    assert!(state["next"].as_str().unwrap().starts_with("Ask wait_prediction"), "{state}");
    let id = &state["id"];
    let other = Session::new(world.builder_of_another()).await;
    let state = other.call("get_prediction", json!({"id": id})).await;
    let next = content(&state)["next"].as_str().unwrap();
    assert!(next.starts_with("Ask save_outputs"), "{next}");
}
