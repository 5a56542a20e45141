//! Calls: progress, cancellation, protocol versions, dry runs.

use std::time::Duration;

use quickrouter_mcp::Confirmation;
use serde_json::{Value, json};

use crate::harness::{Session, World, content, small, until};
use crate::raw::Raw;

const OLDER: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

#[tokio::test]
async fn every_protocol_version_lists_and_calls_the_tools() {
    let world = World::quick().await;
    let server = world.builder().build();
    for version in OLDER {
        let (mut raw, answer) = Raw::initialize(&server, version, json!({})).await;
        assert_eq!(answer["protocolVersion"], version);
        assert_eq!(answer["serverInfo"]["name"], "quickrouter");
        let tools = raw.request("tools/list", json!({})).await;
        assert_eq!(tools["tools"].as_array().unwrap().len(), 9, "{version}");
        let made = raw.call("generate_image", small(version)).await;
        assert_eq!(made["structuredContent"]["status"], "succeeded", "{version}: {made}");
        assert_eq!(made.get("resultType"), None);
    }
    let mut raw = Raw::without_handshake(&server, &json!({}));
    let tools = raw.request("tools/list", json!({})).await;
    assert_eq!(tools["tools"].as_array().unwrap().len(), 9);
    let made = raw.call("generate_image", small("newest")).await;
    assert_eq!(made["structuredContent"]["status"], "succeeded", "{made}");
    assert_eq!(made["resultType"], "complete");
}

#[tokio::test]
async fn progress_is_notified_only_with_a_token_and_grows() {
    let world = World::with_time_scale(2.0).await;
    let server = world.builder().build();
    let (mut raw, _) = Raw::initialize(&server, "2025-06-18", json!({})).await;
    raw.begin(1, "tools/call", json!({"name": "generate_image", "arguments": small("silent")}))
        .await;
    raw.response(1).await;
    assert!(raw.notified("notifications/progress").is_empty());
    let call = json!({
        "name": "generate_image",
        "arguments": small("told"),
        "_meta": {"progressToken": "t1"},
    });
    raw.begin(2, "tools/call", call).await;
    raw.response(2).await;
    let notified = raw.notified("notifications/progress");
    assert!(notified.len() >= 2, "{notified:?}");
    assert!(notified.iter().all(|told| told["params"]["progressToken"] == "t1"));
    let creating = notified.iter().filter(|told| told["params"]["message"] == "creating");
    assert!(creating.count() <= 1, "{notified:?}");
    let numbers: Vec<_> =
        notified.iter().map(|told| told["params"]["progress"].as_f64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next), "{numbers:?}");
    assert!(numbers.iter().all(|number| *number <= 100.0), "{numbers:?}");
}

#[tokio::test]
async fn progress_is_notified_while_a_person_is_asked() {
    let world = World::quick().await;
    let server = world.builder().confirmation(Confirmation::Always).build();
    let (mut raw, _) = Raw::initialize(&server, "2025-11-25", json!({"elicitation": {}})).await;
    let call = json!({
        "name": "generate_image",
        "arguments": small("asked"),
        "_meta": {"progressToken": 3},
    });
    raw.begin(1, "tools/call", call).await;
    let question = raw.next(|message| message["method"] == "elicitation/create").await;
    tokio::time::pause();
    for _ in 0..2 {
        let told = raw.next(|message| message["method"] == "notifications/progress").await;
        assert_eq!(told["params"]["message"], "a person is asked");
    }
    tokio::time::resume();
    let yes = json!({"action": "accept", "content": {"confirm": true}});
    raw.send(json!({"jsonrpc": "2.0", "id": question["id"], "result": yes})).await;
    raw.response(1).await;
    let later = raw.notified("notifications/progress");
    let numbers = later.iter().map(|told| told["params"]["progress"].as_f64().unwrap());
    assert!(numbers.clone().count() > 0 && numbers.clone().all(|number| number > 0.02));
}

/// Cancels a call once its prediction exists, and returns the prediction's id.
async fn canceled(raw: &mut Raw, session: &Session, tool: &str, arguments: Value) -> Value {
    raw.begin(7, "tools/call", json!({"name": tool, "arguments": arguments})).await;
    let id = loop {
        let found = session.call("get_prediction", json!({"request_id": "r"})).await;
        let id = found.structured_content.as_ref().map(|found| found["id"].clone());
        if let Some(id @ Value::String(_)) = id {
            break id;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let cancel = json!({"requestId": 7, "reason": "too long"});
    raw.send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel}))
        .await;
    id
}

#[tokio::test]
async fn a_canceled_call_leaves_its_prediction_running_and_it_is_saved() {
    for tool in ["generate_image", "wait_prediction"] {
        let world = World::with_time_scale(1.0).await;
        let session = Session::new(world.builder()).await;
        let (mut raw, _) = Raw::initialize(&session.server, "2025-06-18", json!({})).await;
        let mut arguments = small("r");
        if tool == "wait_prediction" {
            raw.begin(1, "tools/call", json!({"name": "generate_image", "arguments": arguments}))
                .await;
            until(|| world.emulator.creates_accepted() == 1).await;
            arguments = json!({"request_id": "r"});
        }
        let id = canceled(&mut raw, &session, tool, arguments).await;
        let done = session.call("wait_prediction", json!({"id": id})).await;
        assert_eq!(content(&done)["status"], "succeeded", "{tool}");
        assert_eq!(content(&session.generate("r").await)["id"], id);
        assert_eq!(world.emulator.creates_accepted(), 1);
    }
}

#[tokio::test]
async fn with_cancel_on_abort_a_canceled_create_cancels_its_prediction_but_a_canceled_wait_does_not()
 {
    let world = World::with_time_scale(0.5).await;
    let session = Session::new(world.builder().cancel_on_abort(true)).await;
    let (mut raw, _) = Raw::initialize(&session.server, "2025-06-18", json!({})).await;
    let id = canceled(&mut raw, &session, "generate_image", small("r")).await;
    let ended = session.call("wait_prediction", json!({"id": id})).await;
    assert_eq!(crate::harness::error(&ended)["kind"], "prediction_failed");
    let state = session.call("get_prediction", json!({"id": id})).await;
    assert_eq!(content(&state)["status"], "canceled");

    let world = World::with_time_scale(1.0).await;
    let session = Session::new(world.builder().cancel_on_abort(true)).await;
    let (mut raw, _) = Raw::initialize(&session.server, "2025-06-18", json!({})).await;
    raw.begin(1, "tools/call", json!({"name": "generate_image", "arguments": small("r")})).await;
    until(|| world.emulator.creates_accepted() == 1).await;
    let id = canceled(&mut raw, &session, "wait_prediction", json!({"request_id": "r"})).await;
    let done = session.call("wait_prediction", json!({"id": id})).await;
    assert_eq!(content(&done)["status"], "succeeded");
}

#[tokio::test]
async fn a_dry_run_shows_the_request_and_sends_nothing() {
    let world = World::quick().await;
    let session = Session::new(world.builder().dry_run(true)).await;
    let shown = session.generate("dry").await;
    assert_eq!(content(&shown)["status"], "dry_run");
    assert_eq!(content(&shown)["request"]["body"]["input"]["prompt"], "a red door");
    assert_eq!(content(&shown)["budget"]["pictures_left"], 5);
    assert!(world.emulator.requests().is_empty());
}

#[tokio::test]
async fn an_unknown_tool_is_an_error_of_the_protocol() {
    let world = World::quick().await;
    let server = world.builder().build();
    let (mut raw, _) = Raw::initialize(&server, "2025-06-18", json!({})).await;
    raw.begin(3, "tools/call", json!({"name": "make\u{1b}[31m", "arguments": {}})).await;
    let answer = raw.next(|message| message["id"] == 3).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert!(!answer.to_string().contains("\\u001b"), "{answer}");
}
