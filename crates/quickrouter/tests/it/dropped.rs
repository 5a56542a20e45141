//! Dropping a future loses nothing that is paid for.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::TransportErrorKind;
use quickrouter::{CreateRequest, Error};
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};

use crate::scripted::{ID, Script, Step, answer, prediction};

fn request() -> CreateRequest {
    CreateRequest::new(SdxlInput::builder().prompt("a red door").build())
}

/// An answer of 201 that takes 3 s to come.
fn slow(status: &'static str) -> Step {
    Step::Doing(Arc::new(move || {
        let body = async move {
            sleep(Duration::from_secs(3)).await;
            Ok::<_, std::io::Error>(prediction(status).to_string())
        };
        reqwest::Body::wrap_stream(futures_util::stream::once(body))
    }))
}

fn ids(abandoned: Vec<Result<quickrouter::Prediction, Error>>) -> Vec<String> {
    abandoned.into_iter().map(|one| one.unwrap().id().unwrap().to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_dropped_in_flight_is_answered_all_the_same() {
    let script = Script::new([slow("starting")]);
    let client = script.client();
    timeout(Duration::from_secs(1), client.create(request())).await.unwrap_err();
    assert!(client.take_orphaned().is_empty(), "it is not answered yet");
    sleep(Duration::from_secs(5)).await;
    assert_eq!(ids(client.clone().take_orphaned()), [ID]);
    assert!(client.take_orphaned().is_empty(), "each is given back once");
}

#[tokio::test(start_paused = true)]
async fn a_create_may_be_dropped_where_there_is_no_runtime() {
    let script = Script::new([slow("starting")]);
    let client = script.client();
    let create = {
        let client = client.clone();
        let mut create = Box::pin(async move { client.create(request()).await });
        assert!((&mut create).now_or_never().is_none());
        create
    };
    std::thread::spawn(move || drop(create)).join().unwrap();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(ids(client.take_orphaned()), [ID]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_dropped_while_it_waits_keeps_its_id() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let client = script.client();
    timeout(Duration::from_millis(500), client.run(request())).await.unwrap_err();
    assert_eq!(ids(client.take_orphaned()), [ID]);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(script.sent().len(), 1, "nothing is canceled unasked");
}

#[tokio::test(start_paused = true)]
async fn a_future_that_is_never_polled_sends_nothing() {
    let script = Script::new([]);
    drop(script.client().run(request()));
    drop(script.client().run_updates(request()));
    sleep(Duration::from_secs(1)).await;
    assert!(script.sent().is_empty());
}

#[tokio::test(start_paused = true)]
async fn cancel_on_drop_cancels_what_runs() {
    for (first, after) in [(slow("starting"), 1), (answer(201, &prediction("starting")), 1)] {
        let script = Script::new([first, answer(200, &prediction("canceled"))]);
        let client = script
            .builder()
            .wait_policy(quickrouter::WaitPolicy::new().initial_interval(Duration::from_secs(10)));
        let client = client.build().unwrap();
        let run = client.run(request().cancel_on_drop(true));
        timeout(Duration::from_secs(after), run).await.unwrap_err();
        sleep(Duration::from_secs(5)).await;
        assert_eq!(script.calls().last().unwrap(), "POST /v1/predictions/abc123/cancel");
        let abandoned = client.take_orphaned();
        let abandoned = abandoned[0].as_ref().unwrap();
        assert_eq!(abandoned.status().as_str(), "canceled", "it says what came of it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_is_dropped_between_attempts_is_not_sent_again() {
    let busy = answer(429, &json!({})).with("retry-after", "10");
    for first in [busy, Step::Fails(TransportErrorKind::NotSent), answer(503, &json!({}))] {
        let script = Script::new([first]);
        let client = script.client();
        timeout(Duration::from_millis(100), client.create(request())).await.unwrap_err();
        sleep(Duration::from_secs(60)).await;
        assert_eq!(script.creates(), 1);
        assert!(client.take_orphaned().is_empty(), "nothing was created");
    }
}

#[tokio::test(start_paused = true)]
async fn an_unknown_outcome_is_kept_too() {
    let script = Script::new([Step::Silence]);
    let client = script.client();
    timeout(Duration::from_secs(1), client.run(request())).await.unwrap_err();
    sleep(Duration::from_secs(120)).await;
    let abandoned = client.take_orphaned();
    assert!(matches!(abandoned[..], [Err(Error::OutcomeUnknown(_))]), "{abandoned:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_abandoned_is_kept_for_as_long_as_results_are() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 2]);
    let client = script.client();
    for _ in 0..2 {
        let limit = Instant::now() + Duration::from_millis(500);
        tokio::time::timeout_at(limit, client.run(request())).await.unwrap_err();
        sleep(Duration::from_secs(quickrouter::catalog::limits::RESULT_RETENTION_SECONDS + 1))
            .await;
    }
    assert_eq!(client.take_orphaned().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_create_dropped_while_its_permit_becomes_ready_is_not_sent() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 3]);
    let policy = quickrouter::RateLimitPolicy::new().max_creates_per_minute(1);
    let client = script.builder().rate_limit_policy(policy).build().unwrap();
    client.create(request()).await.unwrap();
    let mut second = Box::pin(client.create(request()));
    assert!((&mut second).now_or_never().is_none());
    tokio::time::advance(Duration::from_secs(61)).await;
    drop(second);
    sleep(Duration::from_secs(5)).await;
    assert_eq!(script.creates(), 1, "sent after its future was dropped");
}

#[tokio::test(start_paused = true)]
async fn a_create_stopped_while_its_permit_becomes_ready_is_not_sent() {
    let script = Script::new(vec![answer(201, &prediction("starting")); 3]);
    let policy = quickrouter::RateLimitPolicy::new().max_creates_per_minute(1);
    let client = script.builder().rate_limit_policy(policy).build().unwrap();
    client.create(request()).await.unwrap();
    let stop = quickrouter::CancellationToken::new();
    let mut second = Box::pin(client.create(request().stop_on(&stop)));
    assert!((&mut second).now_or_never().is_none());
    tokio::time::advance(Duration::from_secs(61)).await;
    stop.cancel();
    let result = second.await;
    assert_eq!(script.creates(), 1, "sent after it was stopped: {result:?}");
}

#[tokio::test(start_paused = true)]
async fn a_polled_prediction_is_stored_with_its_id_though_the_response_repeats_none() {
    let script = Script::new([answer(
        200,
        &json!({"status": "processing", "output": null, "logs": "x", "input": {"a": 1}}),
    )]);
    let got = script.client().get(&quickrouter::PredictionId::new(ID).unwrap()).await.unwrap();
    let text = serde_json::to_string(&got).unwrap();
    let read: Result<quickrouter::Prediction, _> = serde_json::from_str(&text);
    assert_eq!(read.map_err(|e| e.to_string()).unwrap().id(), got.id());
}

#[tokio::test(start_paused = true)]
async fn a_stored_create_with_the_success_of_its_request_is_still_waited_for() {
    let script = Script::new([answer(201, &json!({"id": ID, "status": "SUCCESS"}))]);
    let got = script.client().create(request()).await.unwrap();
    let read: quickrouter::Prediction =
        serde_json::from_str(&serde_json::to_string(&got).unwrap()).unwrap();
    assert_eq!((read.status(), read.is_terminal()), (got.status(), got.is_terminal()));
}

#[tokio::test(start_paused = true)]
async fn creates_in_line_that_are_dropped_together_are_not_sent() {
    let script = Script::new(vec![slow("starting"); 40]);
    let client = script.client();
    let mut all: Vec<_> = (0..20).map(|_| Box::pin(client.create(request()))).collect();
    for one in &mut all {
        assert!(one.as_mut().now_or_never().is_none());
    }
    let before = script.creates();
    tokio::time::advance(Duration::from_secs(4)).await;
    drop(all);
    sleep(Duration::from_secs(30)).await;
    assert_eq!(script.creates(), before, "more were sent after all were dropped");
}
