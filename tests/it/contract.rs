//! What the emulator answers is what the contract says, and the contract is what it says of itself.

use quickrouter_emulator::Emulator;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::command::outside;

fn contract() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/quickrouter.yaml");
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A schema of the contract as JSON Schema: OpenAPI 3.0's `nullable` in JSON Schema's words.
fn validator(name: &str) -> jsonschema::Validator {
    let mut document = contract();
    translate(&mut document);
    let schema = json!({
        "$ref": format!("#/components/schemas/{name}"),
        "components": document["components"],
    });
    jsonschema::validator_for(&schema).unwrap()
}

fn translate(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.values_mut().for_each(translate);
            if map.remove("nullable") == Some(json!(true)) {
                let inner = std::mem::take(map);
                map.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
            }
        }
        Value::Array(list) => list.iter_mut().for_each(translate),
        _ => {}
    }
}

fn fits(name: &str, answer: &Value) {
    let validator = validator(name);
    let wrong: Vec<String> = validator.iter_errors(answer).map(|error| error.to_string()).collect();
    assert!(wrong.is_empty(), "not a {name}: {wrong:?}\n{answer:#}");
}

async fn ask(emulator: &Emulator, method: Method, path: &str, body: Option<Value>) -> Response {
    let mut request = outside()
        .request(method, format!("{}{path}", emulator.base_url()))
        .bearer_auth(emulator.key());
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

async fn answered(response: Response) -> Value {
    let status = response.status();
    assert!(status.is_success(), "{status}");
    response.json().await.unwrap()
}

#[tokio::test]
async fn the_answers_of_a_whole_life_fit_the_contract() {
    let emulator = Emulator::builder().time_scale(5.0).start().await.unwrap();
    let sdxl = quickrouter::catalog::find_model("stability-ai/sdxl").unwrap();
    let version = format!("{}:{}", sdxl.name, sdxl.version.unwrap());
    let create = json!({"version": version, "input": {"prompt": "a", "width": 64, "height": 64}});
    let response = ask(&emulator, Method::POST, "/v1/predictions", Some(create)).await;
    assert_eq!(response.status(), 201);
    let created = answered(response).await;
    fits("CreateResponse", &created);
    let path = format!("/v1/predictions/{}", created["id"].as_str().unwrap());
    let mut statuses = Vec::new();
    loop {
        let now = answered(ask(&emulator, Method::GET, &path, None).await).await;
        fits("Prediction", &now);
        let status = now["status"].as_str().unwrap().to_owned();
        let over = status == "succeeded";
        statuses.push(status);
        if over {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    statuses.dedup();
    // On a busy machine a look may come too late for one of them.
    let mut way = ["starting", "processing", "succeeded"].iter();
    assert!(statuses.iter().all(|status| way.any(|next| next == status)), "{statuses:?}");
    assert!(statuses.len() > 1, "{statuses:?}");
    let canceled = ask(&emulator, Method::POST, &format!("{path}/cancel"), None).await;
    fits("Prediction", &answered(canceled).await);
    fits(
        "PredictionPage",
        &answered(ask(&emulator, Method::GET, "/v1/predictions", None).await).await,
    );
    let model = ask(&emulator, Method::GET, "/v1/models/stability-ai/sdxl", None).await;
    fits("Model", &answered(model).await);
    let path = format!("/v1/models/stability-ai/sdxl/versions/{}", sdxl.version.unwrap());
    fits("ModelVersion", &answered(ask(&emulator, Method::GET, &path, None).await).await);
}

#[tokio::test]
async fn refusals_are_problems_as_the_contract_documents_them() {
    let emulator = Emulator::builder().key("right").start().await.unwrap();
    let bad = json!({"version": "stability-ai/sdxl", "input": {"width": 7, "num_outputs": 9}});
    let refusals = [
        (Method::POST, "/v1/predictions", Some(bad), 422),
        (Method::POST, "/v1/predictions", Some(json!({"input": {}})), 422),
        (Method::POST, "/v1/predictions", Some(json!([])), 422),
        (Method::GET, "/v1/predictions/nothing", None, 404),
        (Method::POST, "/v1/predictions/nothing/cancel", None, 404),
        (Method::GET, "/v1/models/no/model", None, 404),
    ];
    for (method, path, body, status) in refusals {
        let response = ask(&emulator, method.clone(), path, body).await;
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        let got = response.status().as_u16();
        let problem: Value = response.json().await.unwrap();
        assert_eq!(got, status, "{method} {path}: {problem}");
        fits("Problem", &problem);
    }
    let url = format!("{}/v1/predictions", emulator.base_url());
    for key in [None, Some("wrong"), Some("")] {
        let mut request = outside().get(&url);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 401);
        fits("Problem", &response.json().await.unwrap());
    }
    assert_eq!(emulator.creates_accepted(), 0);
}

/// Read here from the contract itself, by nothing that codegen has to do with.
#[test]
fn every_default_that_the_contract_has_is_told_and_no_other() {
    let document = contract();
    let schemas = &document["components"]["schemas"];
    for model in quickrouter::catalog::models() {
        let properties = schemas[model.input]["properties"].as_object().unwrap();
        let written = properties.iter().filter_map(|(name, property)| {
            let followed = property["x-default-from"].as_str();
            let default = match followed {
                Some(followed) => &properties[followed]["default"],
                None => property.get("default")?,
            };
            Some((name.clone(), default.clone()))
        });
        let written: serde_json::Map<String, Value> = written.collect();
        assert_eq!(model.defaults(), written, "{}", model.name);
        let random = properties.get("seed").map(|seed| seed.get("default"));
        assert!(random.is_none_or(|default| default.is_none()), "{}: a seed is drawn", model.name);
    }
}
