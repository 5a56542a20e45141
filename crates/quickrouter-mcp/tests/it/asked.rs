//! What a person is asked before a create, and what a call that nobody waits for any more sends.

use std::sync::Arc;

use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;
use quickrouter::{Output, PredictionId};
use quickrouter_account::{Amount, Per, PriceRule, PriceRules, Profile};
use quickrouter_emulator::Faults;
use quickrouter_mcp::{Confirmation, Limits, McpServer};
use serde_json::{Value, json};

use crate::harness::{Session, World, content, error, small, until};
use crate::raw::Raw;

fn amount(text: &str) -> Amount {
    Amount::parse_limit(text).unwrap()
}

/// A profile with a price for each picture of SDXL.
fn priced(world: &World) -> Profile {
    let mut profile = Profile::new("test", world.emulator.base_url());
    let rule = PriceRule { amount: amount("0.04"), per: Some(Per::Picture), most_pictures: None };
    profile.prices = PriceRules::new([(SdxlInput::model().name.to_owned(), rule)]);
    profile
}

/// A client that can show forms.
async fn asking(server: &McpServer) -> Raw {
    Raw::initialize(server, "2025-06-18", json!({"elicitation": {}})).await.0
}

/// Calls a tool, answers the question, and returns the response.
async fn answered(raw: &mut Raw, arguments: Value, answer: Value) -> Value {
    raw.begin(5, "tools/call", json!({"name": "generate_image", "arguments": arguments})).await;
    let asked = raw.next(|message| message["method"] == "elicitation/create").await;
    raw.send(json!({"jsonrpc": "2.0", "id": asked["id"], "result": answer})).await;
    raw.response(5).await
}

#[tokio::test]
async fn what_a_person_declines_is_not_created_and_what_is_accepted_is_created_once() {
    let world = World::quick().await;
    let server = world.builder().confirmation(Confirmation::Always).build();
    let mut raw = asking(&server).await;
    let declined = answered(&mut raw, small("r"), json!({"action": "decline"})).await;
    assert_eq!(declined["structuredContent"]["error"]["kind"], "declined");
    assert_eq!(world.emulator.creates_accepted(), 0);
    let yes = json!({"action": "accept", "content": {"confirm": true}});
    let made = answered(&mut raw, small("r"), yes).await;
    assert_eq!(made["structuredContent"]["status"], "succeeded", "{made}");
    // What is there already asks nobody.
    let again = raw.call("generate_image", small("r")).await;
    assert_eq!(again["structuredContent"]["id"], made["structuredContent"]["id"]);
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn what_costs_exactly_the_threshold_asks_nobody_and_what_costs_more_does() {
    let world = World::quick().await;
    let above = Confirmation::Above(amount("0.04"));
    let server = world.builder_with(priced(&world)).confirmation(above).build();
    let mut raw = asking(&server).await;
    let made = raw.call("generate_image", small("one")).await;
    assert_eq!(made["structuredContent"]["status"], "succeeded", "{made}");
    let mut two = small("two");
    two["num_outputs"] = json!(2);
    let declined = answered(&mut raw, two, json!({"action": "decline"})).await;
    assert_eq!(declined["structuredContent"]["error"]["kind"], "declined");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn fifty_parallel_calls_cost_no_more_than_the_limit() {
    let world = World::quick().await;
    let limits = Limits { max_pictures: 50, max_cost: Some(amount("0.1199")), ..Limits::default() };
    let session = Session::new(world.builder_with(priced(&world)).limits(limits)).await;
    let ids: Vec<_> = (0..50).map(|index| format!("r{index}")).collect();
    let calls = ids.iter().map(|id| session.generate(id));
    let results = futures_util::future::join_all(calls).await;
    let refused: Vec<_> = results.iter().filter(|result| result.is_error == Some(true)).collect();
    assert!(refused.iter().all(|result| error(result)["kind"] == "budget_exceeded"));
    assert_eq!((refused.len(), world.emulator.creates_accepted()), (48, 2));
}

#[tokio::test]
async fn a_limit_of_each_run_refuses_what_could_cost_more() {
    let world = World::quick().await;
    let builder = world.builder_with(priced(&world)).max_cost_per_run(Some(amount("0.04")));
    let session = Session::new(builder).await;
    let mut two = small("two");
    two["num_outputs"] = json!(2);
    let refused = session.call("generate_image", two).await;
    assert_eq!(error(&refused)["kind"], "budget_exceeded");
    assert_eq!(content(&session.generate("one").await)["cost"]["most"], "0.04");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

fn set(world: &World, faults: &str) {
    world.emulator.set_faults(Faults::from_json(faults).unwrap()).unwrap();
}

#[tokio::test]
async fn a_call_that_is_canceled_before_its_create_sends_none() {
    let world = World::quick().await;
    let mut profile = Profile::new("test", world.emulator.base_url());
    profile.family = true;
    // What the call waits for when it is canceled.
    set(&world, r#"{"faults": [{"on": {"route": "pricing"}, "do": {"delay_before": 0.5}}]}"#);
    let session = Session::new(world.builder_with(profile)).await;
    let (mut raw, _) = Raw::initialize(&session.server, "2025-06-18", json!({})).await;
    raw.begin(5, "tools/call", json!({"name": "generate_image", "arguments": small("r")})).await;
    let cancel = json!({"requestId": 5, "reason": "unwanted"});
    raw.send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel}))
        .await;
    // It waits for the same price list, after the call before it.
    raw.call("generate_image", small("other")).await;
    let found = session.call("get_prediction", json!({"request_id": "r"})).await;
    assert_eq!(error(&found)["kind"], "not_found");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn what_is_canceled_before_the_gateway_takes_it_is_not_sent_again() {
    let world = World::quick().await;
    set(
        &world,
        r#"{"faults": [{"on": {"route": "create"}, "do": {"answer": {"status": 429, "retry_after": 1}}}]}"#,
    );
    let session = Arc::new(Session::new(world.builder()).await);
    let calling = Arc::clone(&session);
    let call = tokio::spawn(async move { calling.generate("r").await });
    until(|| !world.emulator.requests().is_empty()).await;
    let canceled = session.call("cancel_prediction", json!({"request_id": "r"})).await;
    assert_eq!(content(&canceled)["status"], "creating");
    set(&world, r#"{"faults": []}"#);
    let ended = call.await.unwrap();
    assert_eq!(error(&ended)["may_be_billed"], false);
    assert_eq!(ended.structured_content.as_ref().unwrap()["budget"]["pictures_left"], 5);
    assert_eq!(world.emulator.creates_accepted(), 0);
}

#[tokio::test]
async fn a_response_without_an_id_is_saved_and_not_asked_for_again() {
    let world = World::quick().await;
    let session = world.session(5).await;
    let made = session.generate("first").await;
    let id = PredictionId::new(content(&made)["id"].as_str().unwrap()).unwrap();
    let prediction = world.client().get(&id).await.unwrap();
    let outputs = prediction.outputs();
    let [Output::Url(url)] = outputs.as_slice() else { panic!("{outputs:?}") };
    let body = json!({"created": 1, "data": [{"url": url}]});
    let answer = json!({"answer": {"status": 200, "body": {"json": body}}});
    set(&world, &json!({"faults": [{"on": {"route": "create"}, "do": answer}]}).to_string());
    let first = session.generate("once").await;
    assert_eq!(content(&first)["files"].as_array().unwrap().len(), 1);
    let creates = || {
        let all = world.emulator.requests();
        all.iter().filter(|request| request.method == "POST").count()
    };
    assert_eq!(creates(), 2);
    let again = world.session(5).await.generate("once").await;
    assert_eq!(content(&again)["files"], content(&first)["files"]);
    assert_eq!(creates(), 2);
    for tool in ["get_prediction", "wait_prediction", "save_outputs", "cancel_prediction"] {
        let found = session.call(tool, json!({"request_id": "once"})).await;
        assert_eq!(content(&found)["files"], content(&first)["files"], "{tool}");
    }
}
