//! Clients and gateways that are not as they should be.

use std::time::Duration;

use quickrouter_emulator::Faults;
use serde_json::{Value, json};

use crate::harness::{Session, World, content, error};
use crate::raw::Raw;

/// What a route does, from now on.
fn fault(world: &World, route: &str, effect: &Value) {
    let faults = json!({"faults": [{"on": {"route": route}, "do": effect}]});
    world.emulator.set_faults(Faults::from_json(&faults.to_string()).unwrap()).unwrap();
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_told_from_a_method_that_does_not_exist() {
    let world = World::quick().await;
    let (mut raw, _) = Raw::initialize(&world.builder().build(), "2025-11-25", json!({})).await;
    let wrong = [
        ("tools/call", json!({"name": "list_models", "arguments": []})),
        ("tools/call", json!({"name": "list_models", "arguments": "{}"})),
        ("tools/call", json!({"arguments": {}})),
        ("resources/read", json!({})),
    ];
    for (id, (method, params)) in (1..).zip(wrong) {
        raw.begin(id, method, params).await;
        let answer = raw.answer(id).await;
        assert_eq!(answer["error"]["code"], -32602, "{method}: {answer}");
        assert!(answer["error"]["message"].as_str().unwrap().contains(method), "{answer}");
    }
    raw.begin(99, "tools/burn", json!({})).await;
    assert_eq!(raw.answer(99).await["error"]["code"], -32601);
}

#[tokio::test]
async fn a_client_that_asks_for_what_there_is_not_gets_empty_lists() {
    let world = World::quick().await;
    let (mut raw, _) = Raw::initialize(&world.builder().build(), "2025-11-25", json!({})).await;
    assert_eq!(raw.request("prompts/list", json!({})).await["prompts"], json!([]));
    let templates = raw.request("resources/templates/list", json!({})).await;
    assert_eq!(templates["resourceTemplates"], json!([]));
}

#[tokio::test]
async fn a_call_about_a_prediction_is_answered_in_time_by_a_gateway_that_says_nothing() {
    for (tool, route) in [
        ("get_prediction", "get_prediction"),
        ("save_outputs", "get_prediction"),
        ("cancel_prediction", "cancel_prediction"),
    ] {
        let world = World::quick().await;
        let session = Session::new(world.builder().wait(Duration::from_millis(300))).await;
        fault(&world, route, &json!({"delay_before": 3600}));
        let late = session.call(tool, json!({"id": "p1"})).await;
        let late = error(&late);
        assert_eq!(late["kind"], "timed_out", "{tool}: {late}");
        assert_eq!((&late["id"], &late["may_be_billed"]), (&json!("p1"), &json!(true)));
    }
}

/// Clients are known to show a model the structured content alone
/// (github.com/anthropics/claude-code/issues/79944).
#[tokio::test]
async fn the_structured_content_of_an_estimate_says_why_it_is_over_the_budget() {
    let world = World::quick().await;
    let session = world.session(1).await;
    let arguments = json!({"model": "sdxl", "input": {"prompt": "a", "num_outputs": 2}});
    let estimate = session.call("estimate_cost", arguments).await;
    assert_eq!(content(&estimate)["within_budget"], false);
    let why = content(&estimate)["next"].as_str().unwrap();
    assert_eq!(estimate.content[0].as_text().unwrap().text, why);
    assert!(why.contains("--max-pictures"), "{why}");
}

#[tokio::test]
async fn nobody_is_told_to_save_what_a_failed_prediction_does_not_have() {
    let world = World::quick().await;
    let session = world.session(5).await;
    fault(&world, "create", &json!({"fail": "E1001"}));
    let failed = session.generate("r").await;
    assert_eq!(error(&failed)["kind"], "prediction_failed");
    let saved = session.call("save_outputs", json!({"id": error(&failed)["id"]})).await;
    let next = error(&saved)["next"].as_str().unwrap();
    assert!(!next.contains("save_outputs"), "{next}");
}
