//! Deadlines: `Cancel-After`.

use crate::rig::{Answer, Rig, pass, request, settings};
use http::{Method, StatusCode};
use quickrouter_api::limits;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// An input that takes some 14 s.
fn large() -> Value {
    json!({"prompt": "a cat", "width": 1024, "height": 1024, "num_inference_steps": 50})
}

async fn asked(rig: &Rig, after: &str) -> Answer {
    rig.create_with(("cancel-after", after), &large()).await
}

/// A gateway whose predictions wait so long for their model.
fn queueing(seconds: u64) -> Rig {
    let queue = Duration::from_secs(seconds);
    Rig::with(settings().queue(queue..=queue))
}

#[tokio::test(start_paused = true)]
async fn what_runs_at_the_deadline_is_canceled() {
    let rig = queueing(2);
    let fresh = asked(&rig, "10s").await;
    assert_eq!(fresh.status, StatusCode::CREATED);
    assert_eq!(fresh.json()["deadline"], "2023-11-14T22:13:30.000000Z");
    let id = fresh.json()["id"].as_str().unwrap().to_owned();
    pass(9_999).await;
    assert_eq!(rig.prediction(&id).await["status"], "processing");
    pass(1).await;
    let canceled = rig.prediction(&id).await;
    assert_eq!(canceled["status"], "canceled");
    assert_eq!(canceled["completed_at"], canceled["deadline"]);
    assert_eq!(canceled["metrics"], json!({"predict_time": 8.0, "total_time": 10.0}));
    assert_eq!(canceled["output"], Value::Null);
    pass(60_000).await;
    assert_eq!(rig.cancel(&id).await.json(), canceled, "nothing changes any more");
}

#[tokio::test(start_paused = true)]
async fn what_has_not_started_by_the_deadline_is_aborted() {
    let rig = queueing(30);
    let id = asked(&rig, "6s").await.json()["id"].as_str().unwrap().to_owned();
    pass(5_999).await;
    assert_eq!(rig.prediction(&id).await["status"], "starting");
    pass(1).await;
    insta::assert_json_snapshot!("aborted", rig.prediction(&id).await);
}

#[tokio::test(start_paused = true)]
async fn what_is_over_or_canceled_before_the_deadline_stays_as_it_is() {
    let rig = queueing(2);
    let mut answers = vec![];
    for _ in 0..2 {
        answers.push(asked(&rig, "1m").await.json());
    }
    let [finished, stopped] = [0, 1].map(|one: usize| answers[one]["id"].as_str().unwrap());
    pass(1_000).await;
    assert_eq!(rig.cancel(stopped).await.json()["status"], "canceled", "it was not aborted");
    pass(120_000).await;
    let finished = rig.prediction(finished).await;
    assert_eq!(finished["status"], "succeeded");
    assert_eq!(finished["deadline"], "2023-11-14T22:14:20.000000Z");
    let stopped = rig.prediction(stopped).await;
    assert_eq!(stopped["status"], "canceled");
    assert_eq!(stopped["completed_at"], "2023-11-14T22:13:21.000000Z");
}

#[tokio::test(start_paused = true)]
async fn a_time_may_be_written_in_several_ways_and_is_not_scaled() {
    let rig = Rig::with(settings().time_scale(10.0));
    let least = limits::CANCEL_AFTER_MIN_SECONDS.to_string();
    let ways = [&*least, "90s", "1m", "1h", "1m30s", "1h30m45s", "1h5s", "007s"];
    let mut deadlines = vec![];
    for way in ways {
        let answer = asked(&rig, way).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{way}");
        deadlines.push(answer.json()["deadline"].as_str().unwrap()[11..19].to_owned());
    }
    let expected = [
        "22:13:25", "22:14:50", "22:14:20", "23:13:20", "22:14:50", "23:44:05", "23:13:25",
        "22:13:27",
    ];
    assert_eq!(deadlines, expected);
}

#[tokio::test(start_paused = true)]
async fn a_malformed_time_and_one_below_the_minimum_are_refused() {
    let rig = Rig::new();
    let short = format!("{}s", limits::CANCEL_AFTER_MIN_SECONDS - 1);
    let refused = [
        "",
        "s",
        "soon",
        "-5s",
        "+9s",
        "1.5m",
        "1 m",
        "30s1m",
        "1m1m",
        "1d",
        "90S",
        "1m30",
        "99999999999999999999s",
        "9999999999999h",
        "999999999999",
        &short,
        "0h0m4s",
        "0",
    ];
    let mut told = vec![];
    for after in refused {
        let answer = asked(&rig, after).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{after}");
        told.push(answer.json()["detail"].clone());
    }
    insta::assert_json_snapshot!("refused", told);
    assert_eq!(rig.gateway.creates_accepted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_header_that_is_dropped_sets_no_deadline_and_refuses_nothing() {
    let rig = Rig::with(settings().honours_cancel_after(false));
    for after in ["5s", "soon"] {
        let answer = asked(&rig, after).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert!(answer.json().get("deadline").is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_by_model_has_its_deadline_and_a_held_answer_ends_with_it() {
    let rig = queueing(50);
    let path = "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions";
    let mut request = request(Method::POST, path, &json!({"input": {"prompt": "a cat"}}));
    request.headers_mut().insert("prefer", "wait".parse().unwrap());
    request.headers_mut().insert("cancel-after", "7s".parse().unwrap());
    let began = Instant::now();
    let answer = rig.send(request).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.header("preference-applied"), "wait");
    assert_eq!(answer.json()["status"], "aborted");
    assert_eq!(began.elapsed(), Duration::from_secs(7));
}
