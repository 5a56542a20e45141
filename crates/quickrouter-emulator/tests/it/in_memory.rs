//! The gateway behind the transport seam.

use crate::rig::{SDXL, settings, version_of};
use futures_util::FutureExt as _;
use quickrouter_api::{Kind, Transport};
use quickrouter_emulator::{Gateway, InMemoryTransport};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn create(memory: &InMemoryTransport) -> reqwest::Request {
    let body = json!({"version": version_of(SDXL), "input": {"prompt": "a cat"}});
    quickrouter_api::direct_client()
        .unwrap()
        .post(format!("{}/v1/predictions", memory.base_url()))
        .bearer_auth("a-key")
        .json(&body)
        .build()
        .unwrap()
}

fn gateway() -> Gateway {
    settings().in_memory().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_prediction_is_created_and_read_through_the_seam() {
    let gateway = gateway();
    let memory: Arc<dyn Transport> = Arc::new(InMemoryTransport::new(&gateway));
    let answer = memory.send(create(&InMemoryTransport::new(&gateway))).await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.url().as_str().ends_with("/v1/predictions"));
    let fresh: Value = answer.json().await.unwrap();
    let url = fresh["urls"]["get"].as_str().unwrap();
    assert!(url.starts_with(&InMemoryTransport::new(&gateway).base_url()), "{url}");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let request =
        quickrouter_api::direct_client().unwrap().get(url).bearer_auth("a-key").build().unwrap();
    let finished: Value = memory.send(request).await.unwrap().json().await.unwrap();
    assert_eq!(finished["status"], "succeeded");
    let request = quickrouter_api::direct_client()
        .unwrap()
        .get(finished["output"][0].as_str().unwrap())
        .build();
    let file = memory.send(request.unwrap()).await.unwrap().bytes().await.unwrap();
    assert!(file.starts_with(b"\x89PNG"));
    assert_eq!(gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_gives_up_does_not_stop_the_gateway() {
    let gateway = gateway();
    let memory = InMemoryTransport::new(&gateway);
    let call = memory.send(create(&memory));
    assert!(call.now_or_never().is_none(), "asked once, then dropped");
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn nothing_but_its_own_origin_is_in_memory() {
    let memory = InMemoryTransport::new(&gateway());
    let request =
        quickrouter_api::direct_client().unwrap().get("http://example.com/").build().unwrap();
    assert_eq!(memory.send(request).await.unwrap_err().kind, Kind::NotSent);
}

#[tokio::test(start_paused = true)]
async fn two_gateways_with_the_same_calls_answer_the_same() {
    let mut answers = vec![];
    for _ in 0..2 {
        let memory = InMemoryTransport::new(&gateway());
        let first = memory.send(create(&memory)).await.unwrap().text().await.unwrap();
        let second = memory.send(create(&memory)).await.unwrap().text().await.unwrap();
        assert_ne!(first, second);
        answers.push((first, second));
    }
    assert_eq!(answers[0], answers[1]);
}

#[test]
fn what_is_shared_between_threads_can_be() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Gateway>();
    shared::<InMemoryTransport>();
    shared::<quickrouter_emulator::Emulator>();
    shared::<quickrouter_emulator::EmulatorBuilder>();
    shared::<quickrouter_emulator::Error>();
}
