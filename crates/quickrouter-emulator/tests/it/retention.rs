//! How much is kept, and for how long.

use crate::bounds::PREDICTIONS;
use crate::rig::{Rig, settings};
use http::StatusCode;
use serde_json::json;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn predictions_and_requests_beyond_the_bounds_push_out_the_oldest() {
    let rig = Rig::with(settings().time_scale(0.0));
    let first = rig.created(json!({"prompt": "a"})).await;
    let one = rig.get("/emulator/stats").await.json()["input_bytes_kept"].as_u64().unwrap();
    for _ in 0..20_100 {
        rig.created(json!({"prompt": "a"})).await;
    }
    let stats = rig.get("/emulator/stats").await.json();
    assert_eq!(stats["creates_accepted"], 20_101);
    assert_eq!(stats["predictions_kept"], 20_000);
    assert_eq!(stats["input_bytes_kept"], one * 20_000);
    let gone = rig.get(&format!("{PREDICTIONS}/{first}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let requests = rig.gateway.requests();
    assert_eq!((requests.len(), requests[0].number), (2_000, 18_103));
}

#[tokio::test(start_paused = true)]
async fn a_prompt_counts_twice_as_it_is_kept_twice() {
    let rig = Rig::new();
    rig.created(json!({"prompt": "a".repeat(100_000)})).await;
    let bytes = rig.get("/emulator/stats").await.json()["input_bytes_kept"].as_u64().unwrap();
    assert!((200_000..201_000).contains(&bytes), "{bytes}");
}

#[tokio::test(start_paused = true)]
async fn a_prediction_is_forgotten_a_day_after_its_data_was_removed() {
    let rig = Rig::with(settings().time_scale(0.0));
    let id = rig.created(json!({"prompt": "a cat"})).await;
    tokio::time::advance(Duration::from_secs(3600)).await;
    assert_eq!(rig.prediction(&id).await["data_removed"], true);
    let stats = rig.get("/emulator/stats").await.json();
    assert_eq!((&stats["predictions_kept"], &stats["input_bytes_kept"]), (&json!(1), &json!(0)));
    tokio::time::advance(Duration::from_secs(24 * 3600)).await;
    let gone = rig.get(&format!("/replicate/v1/predictions/{id}")).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.get("/emulator/stats").await.json()["predictions_kept"], 0);
}
