//! Recorded answers of the real API decode, and the contract agrees with the model's own schema.
//!
//! They are other people's data and not part of this workspace:
//! `QUICKROUTER_RECORDINGS=FOLDER cargo test -p end-to-end --test recordings`

#![allow(missing_docs, reason = "tests")]

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt};
use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;
use quickrouter::transport::{Fail, Transport};
use quickrouter::{AnyInput, Client, Error, Prediction, PredictionId};
use serde_json::{Value, json};

fn recording(name: &str) -> Value {
    let folder = std::env::var_os("QUICKROUTER_RECORDINGS").map(PathBuf::from);
    let folder = folder.expect("QUICKROUTER_RECORDINGS names the folder of recordings");
    let path = folder.join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// Answers every request with the next recorded answer.
struct Replay(Mutex<VecDeque<Value>>);

impl Transport for Replay {
    fn send(&self, _: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Fail>> {
        let exchange = self.0.lock().unwrap().pop_front().expect("a request more than recorded");
        async move {
            let status = u16::try_from(exchange["status"].as_u64().unwrap()).unwrap();
            let mut response = http::Response::builder().status(status);
            for (name, values) in exchange["headers"].as_object().unwrap() {
                for value in values.as_array().unwrap() {
                    response = response.header(name, value.as_str().unwrap());
                }
            }
            Ok(response.body(exchange["body"].to_string()).unwrap().into())
        }
        .boxed()
    }
}

/// Asks what was asked, and gives back what the SDK makes of each answer.
async fn replayed(name: &str) -> Vec<(Value, Result<Prediction, Error>)> {
    let exchanges = recording(name).as_array().unwrap().clone();
    let replay = Arc::new(Replay(Mutex::new(exchanges.clone().into())));
    let client = Client::builder().api_key("k").transport(replay).build().unwrap();
    let mut results = Vec::new();
    for exchange in exchanges {
        let uri = exchange["uri"].as_str().unwrap();
        let id = || {
            PredictionId::new(uri.trim_end_matches("/cancel").rsplit('/').next().unwrap()).unwrap()
        };
        let result = match exchange["method"].as_str().unwrap() {
            "GET" => client.get(&id()).await,
            _ if uri.ends_with("/cancel") => client.cancel(&id()).await,
            _ => client.create(AnyInput::new("someone/something", json!({}))).await,
        };
        results.push((exchange["body"].clone(), result));
    }
    results
}

#[tokio::test]
async fn every_recorded_prediction_decodes_and_loses_nothing() {
    let names = [
        "run.json",
        "predictions-create.json",
        "predictions-get.json",
        "predictions-cancel.json",
        "models-predictions-create.json",
    ];
    let mut decoded = 0;
    for name in names {
        for (body, result) in replayed(name).await {
            let prediction = result.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(prediction.raw(), &body, "{name}");
            assert_eq!(prediction.id().unwrap().as_str(), body["id"].as_str().unwrap());
            assert_eq!(prediction.status().as_str(), body["status"].as_str().unwrap());
            assert!(!matches!(prediction.status(), quickrouter::Status::Other(_)), "{name}");
            decoded += 1;
        }
    }
    assert!(decoded >= 10, "{decoded} answers");
}

#[tokio::test]
async fn the_recorded_run_shows_seed_progress_and_output() {
    let run = replayed("run.json").await;
    let last = run.last().unwrap().1.as_ref().unwrap();
    assert_eq!(last.seed(), Some(42069));
    assert_eq!(last.outputs().len(), 1);
    let percents: Vec<f64> =
        run.iter().filter_map(|(_, p)| p.as_ref().unwrap().progress()).map(|p| p.percent).collect();
    assert!(percents.len() > 5 && percents.is_sorted(), "{percents:?}");
    assert!((percents.last().unwrap() - 100.0).abs() < f64::EPSILON);
}

#[tokio::test]
async fn recorded_errors_are_understood() {
    for (name, status) in
        [("run__invalid-token.json", 401), ("trainings-create__invalid-destination.json", 404)]
    {
        for (body, result) in replayed(name).await {
            let error = result.unwrap_err();
            assert_eq!(error.http_status(), Some(status), "{name}");
            assert!(
                error.to_string().contains(body["detail"].as_str().unwrap()),
                "{name}: {error}"
            );
        }
    }
}

#[test]
fn the_contracts_sdxl_agrees_with_the_models_own_schema_name_by_name() {
    let recorded = recording("sdxl-input-schema.json");
    let model = SdxlInput::model();
    assert_eq!(model.version, recorded["version"].as_str());
    assert_eq!(model.output_schema()["type"], recorded["Output"]["type"]);
    let theirs = recorded["Input"]["properties"].as_object().unwrap();
    let mut order: Vec<_> = theirs.iter().collect();
    order.sort_by_key(|(_, schema)| schema["x-order"].as_u64());
    let names: Vec<&str> = model.inputs().map(|(name, _)| name).collect();
    assert_eq!(names, order.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    assert_eq!(names.len(), 19);
    assert_eq!(model.required().count(), 0);
    for (name, ours) in model.inputs() {
        let theirs = &theirs[name];
        let shared = theirs.pointer("/allOf/0/$ref").and_then(Value::as_str);
        let shared =
            shared.map_or(&Value::Null, |path| &recorded[path.rsplit('/').next().unwrap()]);
        for key in ["type", "default", "minimum", "maximum", "enum", "format"] {
            let theirs = theirs.get(key).or_else(|| shared.get(key));
            let same = match (ours.get(key), theirs) {
                (Some(a), Some(b)) if a.is_number() => a.as_f64() == b.as_f64(),
                (a, b) => a == b,
            };
            assert!(same, "{name}.{key}: ours {:?}, theirs {theirs:?}", ours.get(key));
        }
    }
}
