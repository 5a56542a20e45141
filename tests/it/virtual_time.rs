//! SDK and emulator in one process, without sockets, on tokio's paused clock.

use std::sync::Arc;
use std::time::Duration;

use quickrouter::inputs::SdxlInput;
use quickrouter::{Client, Error, Status, WaitPolicy};
use quickrouter_api::Clock;
use quickrouter_emulator::{Emulator, Gateway, InMemoryTransport};

fn pair(policy: WaitPolicy) -> (Client, Gateway) {
    let clock = Clock::system();
    let gateway = Emulator::builder().clock(clock.clone()).in_memory().unwrap();
    let memory = InMemoryTransport::new(&gateway);
    let client = Client::builder()
        .api_key(gateway.key())
        .base_url(memory.base_url())
        .transport(Arc::new(memory))
        .clock(clock)
        .wait_policy(policy)
        .build()
        .unwrap();
    (client, gateway)
}

#[tokio::test(start_paused = true)]
async fn a_picture_takes_the_time_it_takes_and_no_real_time() {
    let (client, gateway) = pair(WaitPolicy::new());
    let (began, really) = (tokio::time::Instant::now(), std::time::Instant::now());
    let finished = client.run(SdxlInput::builder().prompt("a").build()).await.unwrap();
    assert_eq!(finished.status(), &Status::Succeeded);
    let virtually = began.elapsed().as_secs();
    assert!((8..30).contains(&virtually), "{virtually} s, as a model of this size takes");
    assert!(really.elapsed() < Duration::from_secs(5));
    assert_eq!(gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_passes_ends_in_a_confirmed_cancel() {
    let (client, _) = pair(WaitPolicy::new().deadline(Duration::from_secs(3)));
    let error = client.run(SdxlInput::builder().build()).await.unwrap_err();
    let id = error.prediction_id().unwrap().clone();
    assert!(matches!(error, Error::Deadline(_)), "{error}");
    let canceled = client.get(&id).await.unwrap();
    assert_eq!(canceled.status(), &Status::Canceled);
}

#[tokio::test(start_paused = true)]
async fn an_expired_prediction_says_that_its_outputs_are_gone() {
    let (client, _) = pair(WaitPolicy::new());
    let finished = client.run(SdxlInput::builder().build()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(2 * 3600)).await;
    let folder = tempfile::tempdir().unwrap();
    let error = client.save(&finished, folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("deleted after 60 minutes"), "{error}");
    let expired = client.get(finished.id().unwrap()).await.unwrap();
    assert!(expired.data_removed() && expired.outputs().is_empty());
    let error = client.save(&expired, folder.path()).await.unwrap_err();
    assert!(error.to_string().contains("have been deleted"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_predictions_are_waited_for_at_the_same_time() {
    let (client, gateway) = pair(WaitPolicy::new());
    let all: Vec<_> = (0..100)
        .map(|seed| {
            let client = client.clone();
            tokio::spawn(async move { client.run(SdxlInput::builder().seed(seed).build()).await })
        })
        .collect();
    for one in all {
        one.await.unwrap().unwrap();
    }
    assert_eq!(gateway.creates_accepted(), 100);
}
