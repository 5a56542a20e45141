//! Predictions in time.

use crate::rig::{Rig, model, pass, settings};
use http::StatusCode;
use serde_json::{Value, json};

fn small() -> Value {
    json!({"prompt": "a cat", "width": 512, "height": 512, "seed": 7, "num_inference_steps": 10})
}

#[tokio::test(start_paused = true)]
async fn a_prediction_starts_works_falls_silent_and_succeeds() {
    let rig = Rig::new();
    let fresh = rig.create(small()).await;
    assert_eq!(fresh.status, StatusCode::CREATED);
    assert_eq!(fresh.header("content-type"), "application/json");
    insta::assert_json_snapshot!("fresh", fresh.json());
    let id = fresh.json()["id"].as_str().unwrap().to_owned();
    pass(2_200).await;
    insta::assert_json_snapshot!("half_way", rig.prediction(&id).await);
    pass(600).await;
    let silent = rig.prediction(&id).await;
    assert_eq!(silent["status"], "processing");
    assert!(silent["logs"].as_str().unwrap().contains(" 90%|"));
    assert!(!silent["logs"].as_str().unwrap().contains("100%|"), "that comes with the end");
    pass(800).await;
    insta::assert_json_snapshot!("succeeded", rig.prediction(&id).await);
}

#[tokio::test(start_paused = true)]
async fn every_answer_is_dated_by_the_emulators_own_clock() {
    let rig = Rig::new();
    let fresh = rig.create(small()).await;
    assert_eq!(fresh.header("date"), "Tue, 14 Nov 2023 22:13:20 GMT");
    pass(90_500).await;
    let url = fresh.json()["urls"]["get"].clone();
    let refused = rig.output(&url).await;
    let finished = rig.prediction(fresh.json()["id"].as_str().unwrap()).await;
    let file = rig.output(&finished["output"][0]).await;
    let statuses = [StatusCode::UNAUTHORIZED, StatusCode::OK, StatusCode::NOT_FOUND];
    for (answer, status) in [refused, file, rig.get("/nowhere").await].iter().zip(statuses) {
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("date"), "Tue, 14 Nov 2023 22:14:50 GMT", "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn logs_only_ever_grow() {
    let rig = Rig::new();
    let id = rig.created(json!({"prompt": "a cat"})).await;
    let mut before = String::new();
    let mut statuses = vec![];
    for _ in 0..160 {
        let now = rig.prediction(&id).await;
        let logs = now["logs"].as_str().unwrap().to_owned();
        assert!(logs.starts_with(&before), "{before:?} became {logs:?}");
        before = logs;
        statuses.push(now["status"].as_str().unwrap().to_owned());
        pass(100).await;
    }
    statuses.dedup();
    assert_eq!(statuses, ["starting", "processing", "succeeded"]);
}

#[tokio::test(start_paused = true)]
async fn fifty_steps_take_about_twelve_seconds_at_1024_and_four_at_512() {
    let rig = Rig::new();
    for (side, seconds) in [(1024, 12.0..15.0), (512, 4.0..6.5)] {
        let input = json!({"width": side, "height": side, "num_inference_steps": 50});
        let id = rig.created(input).await;
        pass(60_000).await;
        let took = rig.prediction(&id).await["metrics"]["predict_time"].as_f64().unwrap();
        assert!(seconds.contains(&took), "{side}: {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_time_scale_of_ten_makes_everything_ten_times_as_fast() {
    let mut times = vec![];
    for scale in [1.0, 10.0] {
        let rig = Rig::with(settings().time_scale(scale));
        let id = rig.created(small()).await;
        pass(60_000).await;
        times.push(rig.prediction(&id).await["metrics"]["total_time"].as_f64().unwrap());
    }
    assert!((times[0] / times[1] - 10.0).abs() < 0.001, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn each_refiner_adds_a_second_bar() {
    let rig = Rig::new();
    let bars = async |more: Value| {
        let mut input = json!({"num_inference_steps": 20});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let id = rig.created(input).await;
        pass(60_000).await;
        let logs = rig.prediction(&id).await["logs"].as_str().unwrap().to_owned();
        let ends = logs.lines().filter(|line| line.starts_with("100%"));
        ends.map(|line| line.split(['|', ' ']).find(|word| word.contains('/')).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(bars(json!({})).await, ["20/20"]);
    let expert = json!({"refine": "expert_ensemble_refiner"});
    assert_eq!(bars(expert).await, ["16/16", "4/4"]);
    let expert = json!({"refine": "expert_ensemble_refiner", "high_noise_frac": 0.5});
    assert_eq!(bars(expert).await, ["10/10", "10/10"]);
    assert_eq!(bars(json!({"refine": "base_image_refiner"})).await, ["20/20", "20/20"]);
    let base = json!({"refine": "base_image_refiner", "refine_steps": 5});
    assert_eq!(bars(base).await, ["20/20", "5/5"]);
}

#[tokio::test(start_paused = true)]
async fn a_seed_that_was_left_out_is_drawn_and_logged() {
    let rig = Rig::new();
    let mut seeds = vec![];
    for _ in 0..2 {
        let id = rig.created(json!({"prompt": "a cat"})).await;
        pass(60_000).await;
        let logs = rig.prediction(&id).await["logs"].as_str().unwrap().to_owned();
        let seed: u32 = logs.lines().next().unwrap()["Using seed: ".len()..].parse().unwrap();
        assert!(seed < 65_536);
        seeds.push(seed);
    }
    assert_ne!(seeds[0], seeds[1]);
}

#[tokio::test(start_paused = true)]
async fn canceling_stops_a_prediction_at_any_stage_and_leaves_a_finished_one_alone() {
    let rig = Rig::new();
    let waiting = rig.created(small()).await;
    pass(100).await;
    let answer = rig.cancel(&waiting).await;
    assert_eq!(answer.status, StatusCode::OK);
    insta::assert_json_snapshot!("canceled_while_starting", answer.json());

    let working = rig.created(small()).await;
    pass(2_000).await;
    let canceled = rig.cancel(&working).await.json();
    insta::assert_json_snapshot!("canceled_while_processing", canceled);
    pass(60_000).await;
    assert_eq!(rig.prediction(&working).await, canceled, "nothing changes any more");
    assert_eq!(rig.cancel(&working).await.json(), canceled, "and canceling again is in order");

    let finished = rig.created(small()).await;
    pass(60_000).await;
    let before = rig.prediction(&finished).await;
    let answer = rig.cancel(&finished).await;
    assert_eq!((answer.status, answer.json()), (StatusCode::OK, before));
}

#[tokio::test(start_paused = true)]
async fn after_the_retention_input_output_logs_and_files_are_gone() {
    let rig = Rig::new();
    let id = rig.created(small()).await;
    pass(60_000).await;
    let url = rig.prediction(&id).await["output"][0].clone();
    assert_eq!(rig.output(&url).await.status, StatusCode::OK);
    pass(quickrouter_api::limits::RESULT_RETENTION_SECONDS * 1000).await;
    insta::assert_json_snapshot!("expired", rig.prediction(&id).await);
    assert_eq!(rig.output(&url).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_model_without_steps_finishes_without_a_bar_and_answers_as_its_schema_says() {
    let rig = Rig::new();
    let name = "minimax/video-01-live";
    assert_eq!(model(name).output_schema()["type"], "string");
    let input = json!({"prompt": "she smiles", "first_frame_image": "https://example.com/a.png"});
    let path = format!("/replicate/v1/models/{name}/predictions");
    let fresh = rig.post(&path, &json!({"input": input})).await;
    assert_eq!(fresh.status, StatusCode::CREATED);
    pass(10_000).await;
    let finished = rig.prediction(fresh.json()["id"].as_str().unwrap()).await;
    insta::assert_json_snapshot!("one_output_without_a_list", finished);
}
