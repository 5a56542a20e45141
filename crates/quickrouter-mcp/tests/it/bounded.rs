//! How long calls take that create nothing, or have not created anything yet.

use std::time::Duration;

use quickrouter::Client;
use quickrouter_account::{Account, Profile};
use quickrouter_emulator::{Emulator, Faults, Personality};
use quickrouter_mcp::McpServerBuilder;
use serde_json::json;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::time::timeout;

use crate::harness::{Session, World, content, error};
use crate::raw::Raw;

/// A gateway that does not answer requests of a route for long.
fn unanswered(route: &str) -> Faults {
    let faults = json!({"faults": [{"on": {"route": route}, "do": {"delay_before": 3000}}]});
    Faults::from_json(&faults.to_string()).unwrap()
}

/// The id of a prediction that another client created.
async fn created(world: &World) -> String {
    let input = quickrouter::AnyInput::new("stability-ai/sdxl", json!({"prompt": "a red door"}));
    let prediction = world.client().create(input).await.unwrap();
    prediction.id().unwrap().as_str().to_owned()
}

#[tokio::test]
async fn a_call_about_a_prediction_ends_within_the_wait_whatever_the_gateway_does() {
    let world = World::with_time_scale(1.0).await;
    let id = created(&world).await;
    for (tool, route, next) in [
        ("get_prediction", "get_prediction", "Ask get_prediction again later."),
        ("cancel_prediction", "cancel_prediction", "Whether it is canceled is not known."),
        ("save_outputs", "get_prediction", "Ask wait_prediction"),
    ] {
        world.emulator.set_faults(unanswered(route)).unwrap();
        let session = Session::new(world.builder().wait(Duration::from_millis(300))).await;
        let late = session.call(tool, json!({"id": id})).await;
        assert_eq!(error(&late)["kind"], "timed_out", "{late:?}");
        assert_eq!(error(&late)["message"], "There was no answer within 0.3 seconds.");
        assert_eq!(
            (&error(&late)["id"], &error(&late)["may_be_billed"]),
            (&json!(id), &json!(true))
        );
        let said = error(&late)["next"].as_str().unwrap();
        assert!(said.contains(next), "{tool}: {said}");
    }
}

#[tokio::test]
async fn a_price_that_is_not_told_within_the_wait_creates_nothing() {
    let builder = Emulator::builder().personality(Personality::Gateway);
    let world = World::of(builder.start().await.unwrap());
    let mut profile = Profile::new("test", world.emulator.base_url());
    profile.family = true;
    world.emulator.set_faults(unanswered("pricing")).unwrap();
    let builder = world.builder_with(profile).wait(Duration::from_millis(300));
    let session = Session::new(builder).await;
    let model = json!({"model": "stability-ai/sdxl", "input": {"prompt": "a red door"}});
    for late in [session.call("estimate_cost", model).await, session.generate("r").await] {
        assert_eq!(error(&late)["kind"], "timed_out", "{late:?}");
        assert_eq!(error(&late)["may_be_billed"], false);
        assert!(error(&late)["next"].as_str().unwrap().starts_with("Nothing was created."));
    }
    assert_eq!(world.emulator.creates_accepted(), 0);
}

#[tokio::test]
async fn a_create_that_may_be_sent_is_not_cut_short() {
    let world = World::with_time_scale(1.0).await;
    let faults = json!({"faults": [{"on": {"route": "create"}, "do": {"delay_after": 1}}]});
    world.emulator.set_faults(Faults::from_json(&faults.to_string()).unwrap()).unwrap();
    let session = Session::new(world.builder().wait(Duration::from_millis(100))).await;
    let early = session.generate("r").await;
    assert_eq!(content(&early)["status"], "creating");
    let mut last = content(&early).clone();
    while last["done"] == false {
        let waited = session.call("wait_prediction", json!({"request_id": "r"})).await;
        last = content(&waited).clone();
    }
    assert_eq!(last["status"], "succeeded");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

/// rmcp sends no response to a canceled call, as the protocol asks: what shows is that the server hangs
/// up.
#[tokio::test]
async fn a_canceled_get_stops_waiting_for_the_gateway() {
    let world = World::quick().await;
    let gateway = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", gateway.local_addr().unwrap());
    let client = Client::builder().base_url(&base_url).api_key("none").build().unwrap();
    let account = Account::new(client, Profile::new("test", &base_url));
    let builder = McpServerBuilder::new(account, world.store(), world.output());
    let server = builder.wait(Duration::from_secs(600)).build();
    let (mut raw, _) = Raw::initialize(&server, "2025-06-18", json!({})).await;
    let call = json!({"name": "get_prediction", "arguments": {"id": "abc"}});
    raw.begin(7, "tools/call", call).await;
    let (mut asked, _) = gateway.accept().await.unwrap();
    assert!(asked.read(&mut [0; 1]).await.unwrap() > 0);
    let cancel = json!({"requestId": 7, "reason": "too long"});
    raw.send(json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancel}))
        .await;
    let hung_up = timeout(Duration::from_secs(20), asked.read_to_end(&mut Vec::new())).await;
    hung_up.expect("the server hangs up").unwrap();
}
