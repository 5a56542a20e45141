//! Which model is meant, and what the API tells of it.

use crate::rig::{Rig, SDXL, model, version_of};
use http::StatusCode;
use quickrouter_api::models;
use serde_json::{Map, Value, json};

/// The smallest input that a schema takes.
fn least(model: &quickrouter_api::Model) -> Value {
    let mut input = Map::new();
    for name in model.required() {
        let schema = &model.input_schema()["properties"][name];
        let value = match (schema["format"].as_str(), schema["type"].as_str()) {
            (Some("uri"), _) => json!("https://example.com/a.png"),
            (_, Some("string")) => json!("a cat"),
            other => panic!("{name} of {} is {other:?}", model.name),
        };
        input.insert(name.into(), value);
    }
    Value::Object(input)
}

#[tokio::test(start_paused = true)]
async fn every_model_of_the_contract_can_be_run_and_looked_up() {
    let rig = Rig::new();
    for model in models() {
        let input = least(model);
        let path = format!("/replicate/v1/models/{}/predictions", model.name);
        let answer = rig.post(&path, &json!({"input": input})).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{} {}", model.name, answer.json());
        crate::rig::pass(60_000).await;
        let finished = rig.prediction(answer.json()["id"].as_str().unwrap()).await;
        assert_eq!(finished["status"], "succeeded");
        let output = &finished["output"];
        let first = if output.is_array() { &output[0] } else { output };
        let file = rig.output(first).await;
        let is_video = model.media().starts_with("video/");
        let media_type = if is_video { "video/mp4" } else { "image/png" };
        assert_eq!(file.header("content-type"), media_type);
        let looked_up = rig.get(&format!("/replicate/v1/models/{}", model.name)).await.json();
        assert_eq!(looked_up["run_count"], 1);
        let latest = &looked_up["latest_version"];
        let schemas = &latest["openapi_schema"]["components"]["schemas"];
        assert_eq!(schemas["Input"], *model.input_schema());
        let id = latest["id"].as_str().unwrap();
        let version = rig.get(&format!("/replicate/v1/models/{}/versions/{id}", model.name)).await;
        assert_eq!(version.json(), *latest);
    }
    assert_eq!(rig.gateway.creates_accepted(), models().len() as u64);
}

#[tokio::test(start_paused = true)]
async fn a_run_counts_also_when_it_is_long_forgotten() {
    let rig = Rig::new();
    rig.created(json!({})).await;
    rig.created(json!({})).await;
    crate::rig::pass(30 * 3600 * 1000).await;
    assert_eq!(rig.get("/replicate/v1/predictions").await.json()["results"], json!([]));
    let model = rig.get(&format!("/replicate/v1/models/{SDXL}")).await.json();
    assert_eq!(model["run_count"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_version_may_be_named_in_three_ways_and_an_older_one_runs_the_newest() {
    let rig = Rig::new();
    let id = model(SDXL).version.unwrap();
    let older = format!("{SDXL}:{}", "0123456789abcdef".repeat(4));
    for version in [version_of(SDXL), id.to_owned(), SDXL.to_owned(), older] {
        let body = json!({"version": version, "input": {}});
        let answer = rig.post("/replicate/v1/predictions", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{version}");
        assert_eq!(answer.json()["model"], SDXL);
        assert_eq!(answer.json()["version"], id);
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_that_ran_before_is_known_without_its_name_and_told_as_it_was_asked_for() {
    let rig = Rig::new();
    let older = &model(SDXL).older_versions()[0];
    for version in [older.clone(), format!("{SDXL}:{older}")] {
        let body = json!({"version": version, "input": {"num_inference_steps": 5}});
        let created = rig.post("/replicate/v1/predictions", &body).await.json();
        assert_eq!((&created["model"], &created["version"]), (&json!(SDXL), &json!(older)));
        crate::rig::pass(60_000).await;
        let done = rig.prediction(created["id"].as_str().unwrap()).await;
        assert!(done["logs"].as_str().unwrap().contains("5/5"), "it runs like the newest: {done}");
    }
}

#[tokio::test(start_paused = true)]
async fn another_version_of_a_known_model_looks_as_the_known_one() {
    let rig = Rig::new();
    let other = "0123456789abcdef".repeat(4);
    let version = |id: &str| format!("/replicate/v1/models/{SDXL}/versions/{id}");
    let mut known = rig.get(&version(model(SDXL).version.unwrap())).await.json();
    known["id"] = json!(other);
    assert_eq!(rig.get(&version(&other)).await.json(), known);
}

#[tokio::test(start_paused = true)]
async fn unknown_models_and_versions_are_refused() {
    let rig = Rig::new();
    let unknown = "0123456789abcdef".repeat(4);
    let named = format!("nobody/nothing:{unknown}");
    let versionless = format!("black-forest-labs/flux-kontext-pro:{unknown}");
    for version in [&*unknown, &named, &versionless, "nobody/nothing", "", "a:b", ":"] {
        let body = json!({"version": version, "input": {"prompt": "a cat"}});
        let answer = rig.post("/replicate/v1/predictions", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{version}");
        assert_eq!(answer.json()["title"], "Invalid version or not permitted");
    }
    let path = "/replicate/v1/models/nobody/nothing";
    let answer = rig.post(&format!("{path}/predictions"), &json!({"input": {}})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_json_snapshot!("unknown_model", answer.json());
    assert_eq!(rig.get(path).await.status, StatusCode::NOT_FOUND);
    for (model, id) in [(SDXL, "latest"), ("black-forest-labs/flux-kontext-pro", &*unknown)] {
        let path = format!("/replicate/v1/models/{model}/versions/{id}");
        assert_eq!(rig.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(rig.gateway.creates_accepted(), 0);
}
