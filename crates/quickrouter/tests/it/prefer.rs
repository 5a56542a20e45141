//! `Prefer: wait` and `Cancel-After`: opt-in and best effort.

use std::time::Duration;

use quickrouter::inputs::{FluxKontextProInput, SdxlInput};
use quickrouter::{CreateRequest, Error, Status, WaitPolicy};
use serde_json::json;

use crate::scripted::{Script, Step, answer, prediction, succeeded};

fn request() -> CreateRequest {
    CreateRequest::new(SdxlInput::builder().prompt("a red door").build())
}

#[tokio::test(start_paused = true)]
async fn the_headers_go_with_the_create_of_either_route() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 2]);
    let client = script.client();
    let flux = CreateRequest::new(FluxKontextProInput::builder().prompt("a red door").build());
    for request in [request(), flux] {
        let wait = Duration::from_millis(29_001);
        let request = request.prefer_wait(wait).cancel_after(Duration::from_secs(90));
        client.create(request).await.unwrap();
    }
    let shown: Vec<String> = script.sent().iter().map(super::scripted::Sent::shown).collect();
    insta::assert_snapshot!(shown.join("\n\n"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_was_held_to_the_end_is_the_only_request() {
    let script = Script::new([answer(201, &succeeded(&["https://example.com/a.png"]))]);
    let request = request().prefer_wait(Duration::from_secs(30));
    let finished = script.client().run(request).await.unwrap();
    assert_eq!(finished.status(), &Status::Succeeded);
    assert_eq!(script.sent().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_not_over_is_waited_for_with_or_without_outputs() {
    for early in [json!(null), json!(["data:image/png;base64,iVBORw0KGgo="])] {
        let mut held = prediction("processing");
        held["output"] = early;
        let over = answer(200, &succeeded(&["https://example.com/a.png"]));
        let script = Script::new([answer(202, &held), over]);
        let request = request().prefer_wait(Duration::from_secs(30));
        let finished = script.client().run(request).await.unwrap();
        assert_eq!(finished.status(), &Status::Succeeded);
        assert_eq!(script.sent().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_out_leaves_room_for_the_wait() {
    let script = Script::new([Step::Silence]);
    let client = script.builder().request_timeout(Duration::from_secs(20)).build().unwrap();
    let start = tokio::time::Instant::now();
    let request = request().prefer_wait(Duration::from_secs(30));
    let error = client.create(request).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown(_)), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(50));
}

#[tokio::test(start_paused = true)]
async fn less_is_asked_for_where_the_deadline_is_near() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let policy = WaitPolicy::new().deadline(Duration::from_secs(20));
    let client = script.builder().wait_policy(policy).connect_timeout(Duration::from_secs(2));
    let request = request().prefer_wait(Duration::from_secs(60));
    client.build().unwrap().create(request).await.unwrap();
    assert!(script.sent()[0].headers.contains(&("prefer".to_owned(), "wait=18".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn what_no_gateway_takes_is_refused_before_any_request() {
    let client = Script::new([]).client();
    let seconds = Duration::from_secs;
    let requests = [
        request().prefer_wait(Duration::from_millis(999)),
        request().prefer_wait(seconds(61)),
        request().prefer_wait(Duration::from_millis(60_001)),
        request().cancel_after(seconds(4)),
    ];
    let mut shown = Vec::new();
    for request in requests {
        let error = client.create(request).await.unwrap_err();
        assert!(matches!(error, Error::InvalidRequest(_)), "{error}");
        shown.push(error.to_string());
    }
    insta::assert_snapshot!(shown.join("\n"));
}
