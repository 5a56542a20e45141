//! What a create that fails means for the budget and for its request id.

use std::time::Duration;

use quickrouter::AnyInput;
use quickrouter_emulator::Faults;
use serde_json::json;

use crate::harness::{Session, World, content, error, small};

/// A world whose creates fail so.
async fn failing(effect: &str) -> World {
    let world = World::quick().await;
    let faults = format!(r#"{{"faults": [{{"on": {{"route": "create"}}, "do": {effect}}}]}}"#);
    world.emulator.set_faults(Faults::from_json(&faults).unwrap()).unwrap();
    world
}

#[tokio::test]
async fn a_create_of_unknown_outcome_keeps_its_reservation_and_is_not_sent_again() {
    let world = failing(r#""reset_after""#).await;
    // The list is what the SDK recovers it from.
    let hidden = r#"{"faults": [{"on": {"route": "create"}, "do": "reset_after"},
        {"on": {"route": "list_predictions"}, "do": {"answer": {"status": 404}}}]}"#;
    world.emulator.set_faults(Faults::from_json(hidden).unwrap()).unwrap();
    let session = world.session(5).await;
    let failed = session.generate("lost").await;
    assert_eq!(error(&failed)["kind"], "outcome_unknown");
    assert_eq!(error(&failed)["may_be_billed"], true);
    assert_eq!(error(&failed)["request_id"], "lost");
    let again = session.generate("lost").await;
    assert_eq!(error(&again)["kind"], "outcome_unknown");
    assert_eq!(world.emulator.creates_accepted(), 1);
    world.emulator.set_faults(Faults::default()).unwrap();
    let mut other = small("other");
    other["prompt"] = json!("a blue door");
    let other = session.call("generate_image", other).await;
    assert_eq!(content(&other)["budget"]["pictures_left"], 3);
    // With a list it is found, and not created.
    let found = session.generate("lost").await;
    assert_eq!(content(&found)["status"], "succeeded");
    assert_eq!(world.emulator.creates_accepted(), 2);
}

/// Arms a request as a server does that is killed before it notes an outcome, and creates this many
/// predictions that can be its own.
async fn killed(world: &World, created: usize) {
    let session = world.session(5).await;
    session.generate("r").await;
    // What it noted after arming is lost.
    let noted = std::fs::read_to_string(world.state_file()).unwrap();
    let lines: Vec<_> = noted.lines().take(2).collect();
    drop(session);
    std::fs::write(world.state_file(), format!("{}\n", lines.join("\n"))).unwrap();
    let mut input = small("r");
    input.as_object_mut().unwrap().remove("request_id");
    for _ in 1..created {
        let input = AnyInput::new("stability-ai/sdxl", input.clone());
        world.client().create(input).await.unwrap();
    }
}

#[tokio::test]
async fn what_a_killed_server_created_is_found_again_and_not_created() {
    let world = World::quick().await;
    killed(&world, 1).await;
    let session = Session::new(world.builder().wait(Duration::from_secs(2))).await;
    let waited = session.call("wait_prediction", json!({"request_id": "r"})).await;
    assert_eq!(error(&waited)["kind"], "outcome_unknown");
    let found = session.generate("r").await;
    assert_eq!(content(&found)["status"], "succeeded");
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn what_may_be_one_of_several_stays_unknown_and_names_them() {
    let world = World::quick().await;
    killed(&world, 2).await;
    let session = Session::new(world.builder().wait(Duration::from_secs(2))).await;
    let refused = session.generate("r").await;
    assert_eq!(error(&refused)["kind"], "outcome_unknown");
    assert_eq!(error(&refused)["may_be_billed"], true);
    assert!(error(&refused)["message"].as_str().unwrap().contains("can be it"));
    assert_eq!(world.emulator.creates_accepted(), 2);
}

#[tokio::test]
async fn of_two_twins_in_doubt_neither_takes_the_prediction_of_the_other() {
    let world = World::quick().await;
    killed(&world, 1).await;
    let noted = std::fs::read_to_string(world.state_file()).unwrap();
    let twin =
        noted.lines().nth(1).unwrap().replace(r#""request_id":"r""#, r#""request_id":"twin""#);
    std::fs::write(world.state_file(), format!("{noted}{twin}\n")).unwrap();
    let session = Session::new(world.builder().wait(Duration::from_secs(2))).await;
    for id in ["r", "twin"] {
        let refused = session.generate(id).await;
        assert_eq!(error(&refused)["kind"], "outcome_unknown");
        assert!(error(&refused)["message"].as_str().unwrap().contains("Another request_id"));
    }
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn an_id_in_a_response_that_cannot_be_read_is_noted_and_asked_for() {
    let world = World::quick().await;
    let hidden = r#"{"on": {"route": "list_predictions"}, "do": {"answer": {"status": 404}}}"#;
    let cut = format!(
        r#"{{"faults": [{hidden}, {{"on": {{"route": "create"}}, "do": {{"truncate": 200}}}},
        {{"on": {{"route": "get_prediction"}}, "do": {{"answer": {{"status": 500}}}}}}]}}"#
    );
    world.emulator.set_faults(Faults::from_json(&cut).unwrap()).unwrap();
    let session = world.session(5).await;
    let failed = session.generate("r").await;
    assert_eq!(error(&failed)["kind"], "outcome_unknown");
    let id = error(&failed)["id"].clone();
    assert!(id.is_string(), "{failed:?}");
    let listless = format!(r#"{{"faults": [{hidden}]}}"#);
    world.emulator.set_faults(Faults::from_json(&listless).unwrap()).unwrap();
    let found = session.generate("r").await;
    assert_eq!((&content(&found)["id"], &content(&found)["status"]), (&id, &json!("succeeded")));
    assert_eq!(world.emulator.creates_accepted(), 1);
}

#[tokio::test]
async fn a_create_that_was_refused_returns_its_reservation_and_may_be_sent_again() {
    let world = failing(r#"{"answer": {"status": 402}}"#).await;
    let session = world.session(5).await;
    let refused = session.generate("again").await;
    assert_eq!(error(&refused)["may_be_billed"], false);
    assert_eq!(refused.structured_content.as_ref().unwrap()["budget"]["pictures_left"], 5);
    world.emulator.set_faults(Faults::default()).unwrap();
    let made = session.generate("again").await;
    assert_eq!(content(&made)["budget"]["pictures_left"], 4);
}

#[tokio::test]
async fn a_prediction_that_failed_is_told_with_its_id_and_stays_reserved() {
    let world = failing(r#"{"fail": "nsfw"}"#).await;
    let session = world.session(5).await;
    let failed = session.generate("nsfw").await;
    let told = error(&failed);
    assert_eq!(told["kind"], "prediction_failed");
    assert!(told["id"].is_string() && told["may_be_billed"] == true, "{told}");
    assert!(told["message"].as_str().unwrap().contains("NSFW"), "{told}");
    assert_eq!(failed.structured_content.as_ref().unwrap()["budget"]["pictures_left"], 4);
    let again = session.call("wait_prediction", json!({"request_id": "nsfw"})).await;
    assert_eq!(error(&again), told);
    let state = session.call("get_prediction", json!({"request_id": "nsfw"})).await;
    assert_eq!(content(&state)["status"], "failed");
    let state_of_id = session.call("get_prediction", json!({"id": told["id"]})).await;
    // Another server asks the gateway.
    let other = Session::new(world.builder_of_another()).await;
    let asked = other.call("get_prediction", json!({"id": told["id"]})).await;
    let canceled = other.call("cancel_prediction", json!({"id": told["id"]})).await;
    for state in [&state, &state_of_id, &asked, &canceled] {
        assert_eq!(content(state)["done"], true, "{state:?}");
        let failure = content(state)["failure"].as_str().unwrap();
        assert!(failure.contains("NSFW"), "{failure}");
        assert!(state.content[0].as_text().unwrap().text.contains("NSFW"), "{state:?}");
    }
}

#[tokio::test]
async fn a_refusal_about_a_prediction_that_exists_does_not_say_that_nothing_was_billed() {
    let world = World::quick().await;
    let made = world.session(5).await.generate("r").await;
    let by_id = json!({"id": content(&made)["id"]});
    // A client that has not seen the prediction yet takes the first refusal for the last.
    let other = Session::new(world.builder_of_another()).await;
    for status in [401, 404] {
        let refused =
            json!({"on": {"route": "get_prediction"}, "do": {"answer": {"status": status}}});
        let refused = json!({"faults": [refused]}).to_string();
        world.emulator.set_faults(Faults::from_json(&refused).unwrap()).unwrap();
        for tool in ["get_prediction", "wait_prediction", "save_outputs"] {
            let refused = other.call(tool, by_id.clone()).await;
            assert_eq!(error(&refused)["http_status"], status, "{refused:?}");
            assert_eq!(error(&refused)["may_be_billed"], true, "{refused:?}");
            let next = error(&refused)["next"].as_str().unwrap();
            assert!(next.contains("whether the prediction is billed is not known"), "{next}");
            let advice = if status == 404 { "Check the id" } else { "Ask get_prediction" };
            assert!(next.contains(advice), "{next}");
        }
    }
}

#[tokio::test]
async fn a_state_file_that_cannot_be_used_does_not_make_what_was_created_unbilled() {
    let world = World::quick().await;
    let session = world.session(5).await;
    let made = session.generate("r").await;
    let id = content(&made)["id"].clone();
    std::fs::write(world.state_file(), "").unwrap();
    let by_request = json!({"request_id": "r"});
    for result in [
        session.generate("r").await,
        session.call("get_prediction", by_request.clone()).await,
        session.call("wait_prediction", by_request).await,
        session.call("cancel_prediction", json!({"id": id})).await,
    ] {
        assert_eq!(error(&result)["kind"], "store", "{result:?}");
        assert_eq!(error(&result)["may_be_billed"], true);
        let next = error(&result)["next"].as_str().unwrap();
        assert!(next.contains("may exist and be billed"), "{next}");
    }
    let asked = json!({"model": "stability-ai/sdxl", "input": {"prompt": "a red door"}});
    let estimate = session.call("estimate_cost", asked).await;
    let said = &estimate.content[0].as_text().unwrap().text;
    assert!(said.contains("Nothing was created."), "{said}");
}

#[tokio::test]
async fn what_failed_without_outputs_has_nothing_to_save_and_nobody_is_sent_in_a_circle() {
    let world = failing(r#"{"fail": "nsfw"}"#).await;
    let session = world.session(5).await;
    let failed = session.generate("nsfw").await;
    let saved = session.call("save_outputs", json!({"id": error(&failed)["id"]})).await;
    assert_eq!(error(&saved)["kind"], "output", "{saved:?}");
    assert_eq!(error(&saved)["may_be_billed"], true);
    assert_eq!(error(&saved)["next"], error(&failed)["next"]);
}
