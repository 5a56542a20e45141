//! The emulator's page while it is open.

use crate::page::asked;
use crate::rig::Rig;
use axum::body::Body;
use http::Method;
use http_body_util::BodyExt as _;
use quickrouter_emulator::Emulator;
use serde_json::json;
use std::time::Duration;
use tower::ServiceExt as _;

/// How many events come in so many seconds.
async fn events(body: &mut Body, seconds: u64) -> usize {
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds);
    let mut count = 0;
    while let Ok(Some(frame)) = tokio::time::timeout_at(until, body.frame()).await {
        let data = frame.expect("a frame").into_data().unwrap_or_default();
        count += usize::from(data.windows(5).any(|part| part == b"data:"));
    }
    count
}

#[tokio::test(start_paused = true)]
async fn an_open_page_is_told_when_to_look_again_and_not_more_often_than_is_good() {
    let rig = Rig::new();
    let request = asked(Method::GET, "/emulator/events", &[], "");
    let answer = rig.gateway.router().oneshot(request).await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut body = answer.into_body();
    assert_eq!(events(&mut body, 30).await, 1, "at once, and then nothing happens");
    let input = json!({"num_inference_steps": 20, "width": 512, "height": 512});
    let id = rig.created(input).await;
    let ticks = events(&mut body, 30).await;
    assert!((4..=8).contains(&ticks), "about one a second while it is under way: {ticks}");
    assert_eq!(rig.prediction(&id).await["status"], "succeeded");
    for _ in 0..100 {
        rig.prediction(&id).await;
    }
    assert!(events(&mut body, 10).await <= 2, "many changes are one event");
}

#[tokio::test]
async fn an_open_page_does_not_hold_up_the_end() {
    let emulator = Emulator::start().await.expect("a start");
    let client = quickrouter_api::direct_client().expect("a client");
    let url = format!("{}/emulator/events", emulator.origin());
    let mut open = client.get(url).send().await.expect("an answer");
    assert!(open.chunk().await.expect("an event").is_some());
    let stopped = tokio::time::timeout(Duration::from_secs(3), emulator.stop()).await;
    stopped.expect("well before open connections are broken off").expect("an end");
}
