//! Creates whose answer is held: `Prefer: wait`.

use crate::rig::{Answer, Rig, request, settings};
use http::{Method, StatusCode};
use quickrouter_api::{Transport, limits};
use quickrouter_emulator::InMemoryTransport;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

fn small() -> Value {
    json!({"prompt": "a cat", "width": 512, "height": 512, "num_inference_steps": 10})
}

async fn asked(rig: &Rig, prefer: &str) -> (Answer, Duration) {
    let began = Instant::now();
    let answer = rig.create_with(("prefer", prefer), &small()).await;
    (answer, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_held_until_the_prediction_is_over_and_not_longer() {
    let rig = Rig::new();
    for prefer in ["wait", "wait=30"] {
        let (answer, held) = asked(&rig, prefer).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        assert_eq!(answer.header("preference-applied"), prefer);
        let prediction = answer.json();
        assert_eq!(prediction["status"], "succeeded");
        assert!(prediction["output"][0].is_string() && prediction["logs"] != "");
        let took = prediction["metrics"]["total_time"].as_f64().unwrap();
        let over = held.as_secs_f64() - took;
        assert!((0.0..=0.001).contains(&over), "held {held:?}, took {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_seconds_are_over_the_answer_is_the_prediction_as_it_is_then() {
    for scale in [1.0, 0.5] {
        let rig = Rig::with(settings().time_scale(scale));
        let (answer, held) = asked(&rig, "wait=2").await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "at the scale {scale}");
        assert_eq!(answer.header("preference-applied"), "wait=2");
        assert_eq!(answer.json()["status"], "processing");
        assert_eq!(held, Duration::from_secs(2), "at the scale {scale}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        sleep(Duration::from_secs(20)).await;
        assert_eq!(rig.prediction(&id).await["status"], "succeeded");
    }
}

#[tokio::test(start_paused = true)]
async fn without_seconds_it_is_held_as_long_as_the_contract_allows() {
    let queue = Duration::from_secs(600);
    let rig = Rig::with(settings().queue(queue..=queue));
    let (answer, held) = asked(&rig, "wait").await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert_eq!(answer.header("preference-applied"), "wait");
    assert_eq!(answer.json()["status"], "starting");
    assert_eq!(held, Duration::from_secs(limits::PREFER_WAIT_MAX_SECONDS));
}

#[tokio::test(start_paused = true)]
async fn what_is_malformed_or_dropped_is_not_applied() {
    let most = limits::PREFER_WAIT_MAX_SECONDS;
    let (beyond, longest) = (format!("wait={}", most + 1), format!("wait={most}"));
    let rig = Rig::new();
    let malformed =
        ["wait=0", &beyond, "wait=05", "wait=+5", "wait=", "wait=1.5", "wait=a", "respond-async"];
    let deaf = Rig::with(settings().honours_prefer(false));
    let calls = malformed.into_iter().map(|prefer| (&rig, prefer)).chain([(&deaf, "wait")]);
    for (rig, prefer) in calls {
        let (answer, held) = asked(rig, prefer).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{prefer}");
        assert!(!answer.headers.contains_key("preference-applied"), "{prefer}");
        assert_eq!(answer.json()["status"], "starting", "{prefer}");
        assert_eq!(held, Duration::ZERO, "{prefer}");
    }
    assert_eq!(asked(&rig, &longest).await.0.header("preference-applied"), longest);
}

#[tokio::test(start_paused = true)]
async fn a_create_by_model_is_held_too_and_one_that_is_refused_is_not() {
    let rig = Rig::new();
    let path = "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions";
    for (input, status) in [
        (json!({"prompt": "a cat"}), StatusCode::CREATED),
        (json!({"prompt": 1}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let mut request = request(Method::POST, path, &json!({"input": input}));
        request.headers_mut().insert("prefer", "wait".parse().unwrap());
        let began = Instant::now();
        let answer = rig.send(request).await;
        assert_eq!(answer.status, status);
        let held = status == StatusCode::CREATED;
        assert_eq!(answer.headers.contains_key("preference-applied"), held);
        assert_eq!(began.elapsed() > Duration::from_secs(1), held);
    }
}

#[tokio::test(start_paused = true)]
async fn while_one_is_held_others_are_served_and_a_cancel_ends_it_at_once() {
    let rig = Rig::new();
    let others = async {
        sleep(Duration::from_millis(1_500)).await;
        let page = rig.get("/replicate/v1/predictions").await.json();
        let held = page["results"][0]["id"].as_str().unwrap().to_owned();
        let other = rig.created(small()).await;
        rig.cancel(&other).await;
        sleep(Duration::from_millis(100)).await;
        assert_eq!(rig.cancel(&held).await.json()["status"], "canceled");
    };
    let ((answer, held), ()) = tokio::join!(asked(&rig, "wait"), others);
    assert_eq!(answer.status, StatusCode::CREATED, "canceled is over, too");
    assert_eq!(answer.json()["status"], "canceled");
    assert_eq!(held, Duration::from_millis(1_600));
}

#[tokio::test(start_paused = true)]
async fn answers_are_held_behind_the_transport_seam_too() {
    let memory = InMemoryTransport::new(&settings().in_memory().unwrap());
    let create = quickrouter_api::direct_client()
        .unwrap()
        .post(format!("{}/v1/predictions", memory.base_url()))
        .bearer_auth("a-key")
        .header("prefer", "wait")
        .json(&json!({"version": crate::rig::version_of(crate::rig::SDXL), "input": small()}))
        .build()
        .unwrap();
    let answer = memory.send(create).await.unwrap();
    assert_eq!(answer.headers()["preference-applied"], "wait");
    assert_eq!(answer.json::<Value>().await.unwrap()["status"], "succeeded");
}
