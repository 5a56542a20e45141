//! What the API tells beside predictions: the account, hardware, and the lists made from the catalog.

use crate::rig::{Answer, Rig, SDXL, request, settings};
use axum::body::Body;
use http::{Method, StatusCode};
use quickrouter_api::{models, routes};
use quickrouter_emulator::{ModelDefinition, Personality, RateLimits};
use serde_json::{Value, json};

const V1: &str = "/replicate/v1";

async fn get(rig: &Rig, path: &str) -> Value {
    let answer = rig.get(&format!("{V1}{path}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    answer.json()
}

async fn query(rig: &Rig, body: impl Into<Body>) -> Answer {
    let method = Method::from_bytes(b"QUERY").unwrap();
    let mut asked = request(method, &format!("{V1}/models"), &Value::Null);
    asked.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    *asked.body_mut() = body.into();
    rig.send(asked).await
}

/// `owner/name` of each model.
fn names(models: &Value) -> Vec<String> {
    let name = |model: &Value| {
        format!("{}/{}", model["owner"].as_str().unwrap(), model["name"].as_str().unwrap())
    };
    models.as_array().unwrap().iter().map(name).collect()
}

async fn found(rig: &Rig, words: &str) -> Vec<String> {
    let answer = query(rig, words.to_owned()).await;
    assert_eq!(answer.status, StatusCode::OK, "{words}");
    names(&answer.json()["results"])
}

#[tokio::test(start_paused = true)]
async fn every_route_of_the_contract_leads_somewhere() {
    let rig = Rig::new();
    for route in routes::ALL {
        let path = route.path.replace(['{', '}'], "");
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let answer = rig.call(method, &format!("{V1}{}", &path[3..]), &Value::Null).await;
        let body = String::from_utf8(answer.body).unwrap();
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", route.operation);
        assert!(!body.contains("has nothing at"), "{}: {body}", route.operation);
    }
}

#[tokio::test(start_paused = true)]
async fn the_account_and_the_hardware_say_that_they_are_the_emulators() {
    let rig = Rig::new();
    let told = json!([get(&rig, "/account").await, get(&rig, "/hardware").await]);
    insta::assert_json_snapshot!("account_and_hardware", told);
}

#[tokio::test(start_paused = true)]
async fn all_models_are_listed_as_each_is_told_alone() {
    let rig = Rig::new();
    rig.created(json!({})).await;
    let page = get(&rig, "/models").await;
    assert_eq!(names(&page["results"]), models().iter().map(|one| one.name).collect::<Vec<_>>());
    assert_eq!((&page["next"], &page["previous"]), (&Value::Null, &Value::Null));
    for model in page["results"].as_array().unwrap() {
        let name = names(&json!([model])).remove(0);
        assert_eq!(*model, get(&rig, &format!("/models/{name}")).await);
        assert_eq!(model["run_count"], u8::from(name == SDXL));
    }
    let answer = rig.get(&format!("{V1}/models?cursor=x")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(start_paused = true)]
async fn models_are_listed_in_pages_of_a_hundred_in_the_catalogs_order() {
    let defined: Vec<Value> =
        (0..150).map(|number| json!({"name": format!("acme/model-{number}")})).collect();
    let rig =
        Rig::with(settings().models(ModelDefinition::parse(&json!(defined).to_string()).unwrap()));
    let first = get(&rig, "/models").await;
    let next = first["next"].as_str().unwrap().strip_prefix("http://127.0.0.1:1").unwrap();
    let second = rig.get(next).await.json();
    assert_eq!(second["next"], Value::Null);
    let mut all = names(&first["results"]);
    assert_eq!(all.len(), 100);
    all.extend(names(&second["results"]));
    assert_eq!(all.len(), models().len() + 150);
    assert_eq!(all.last().unwrap(), "acme/model-149");
    let back = second["previous"].as_str().unwrap().strip_prefix("http://127.0.0.1:1").unwrap();
    assert_eq!(rig.get(back).await.json(), first);
    assert_eq!(found(&rig, "acme").await.len(), 100, "a page of them");
    assert_eq!(found(&rig, "acme 149").await, ["acme/model-149"]);
}

#[tokio::test(start_paused = true)]
async fn a_search_finds_the_models_with_every_word_in_their_name_or_description() {
    let rig = Rig::new();
    let kontext = [
        "black-forest-labs/flux-kontext-max",
        "black-forest-labs/flux-kontext-pro",
        "flux-kontext-apps/multi-image-kontext-max",
    ];
    assert_eq!(found(&rig, "kontext").await, kontext);
    // As the JavaScript client sends it.
    assert_eq!(found(&rig, "\"Kontext, PRO\"").await, kontext[1..2]);
    assert_eq!(found(&rig, "lettering").await, ["ideogram-ai/ideogram-v2-turbo"]);
    assert_eq!(found(&rig, "kontext sdxl").await, [""; 0]);
    assert_eq!(found(&rig, "").await.len(), models().len());
    let exchange = rig.gateway.requests().pop().unwrap();
    assert_eq!(exchange.operation, Some("search_models"));
}

#[tokio::test(start_paused = true)]
async fn a_query_that_cannot_be_read_is_refused_and_other_methods_are_named() {
    let rig = Rig::new();
    for (body, said) in [(b"\xff".to_vec(), "UTF-8"), (vec![b'a'; 1025], "1024")] {
        let answer = query(&rig, body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert!(answer.json()["detail"].as_str().unwrap().contains(said), "{}", answer.json());
    }
    let answer = rig.post(&format!("{V1}/models"), &json!({})).await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "GET,HEAD,QUERY");
    assert_eq!(answer.json()["detail"], "/replicate/v1/models does not take POST.");
}

#[tokio::test(start_paused = true)]
async fn the_versions_of_a_model_are_listed_as_each_is_told_alone() {
    let rig = Rig::new();
    for model in models() {
        let path = format!("/models/{}/versions", model.name);
        let page = get(&rig, &path).await;
        let versions = page["results"].as_array().unwrap();
        assert_eq!(versions.len(), 1 + model.older_versions().len(), "{}", model.name);
        for version in versions {
            let id = version["id"].as_str().unwrap();
            assert_eq!(*version, get(&rig, &format!("{path}/{id}")).await);
        }
    }
    let answer = rig.get(&format!("{V1}/models/nobody/nothing/versions")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn the_one_collection_holds_what_makes_images_from_a_prompt_alone() {
    let rig = Rig::new();
    let page = get(&rig, "/collections").await;
    insta::assert_json_snapshot!("collections", page);
    let collection = get(&rig, "/collections/text-to-image").await;
    let held = names(&collection["models"]);
    assert!(held.contains(&SDXL.to_owned()));
    for other in ["minimax/video-01-live", "black-forest-labs/flux-fill-pro"] {
        assert!(!held.contains(&other.to_owned()), "{other}");
    }
    let answer = rig.get(&format!("{V1}/collections/super-resolution")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.json()["detail"].as_str().unwrap().contains("text-to-image"));
}

/// A model with two versions and a deployment.
fn acme() -> Rig {
    let versions = ["a", "b"].map(|digit| digit.repeat(64));
    let definition =
        json!({"name": "acme/draw", "versions": versions, "deployments": ["acme/pictures"]});
    Rig::with(settings().models(ModelDefinition::parse(&definition.to_string()).unwrap()))
}

#[tokio::test(start_paused = true)]
async fn all_versions_of_a_model_are_listed_the_newest_first() {
    let page = get(&acme(), "/models/acme/draw/versions").await;
    let ids = page["results"].as_array().unwrap().iter().map(|version| &version["id"]);
    assert_eq!(ids.collect::<Vec<_>>(), [&"a".repeat(64), &"b".repeat(64)]);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_the_catalog_names_runs_its_model() {
    let rig = acme();
    let told = get(&rig, "/deployments/acme/pictures").await;
    insta::assert_json_snapshot!("deployment", told);
    assert_eq!(get(&rig, "/deployments").await["results"], json!([told]));
    let path = format!("{V1}/deployments/Acme/pictures/predictions");
    let answer = rig.post(&path, &json!({"input": {"prompt": "a cat"}})).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
    let fresh = answer.json();
    assert_eq!((&fresh["model"], &fresh["version"]), (&json!("acme/draw"), &json!("a".repeat(64))));
    assert_eq!(rig.gateway.creates_accepted(), 1);
    let refused = rig.post(&path, &json!({"version": "a", "input": {}})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_the_catalog_does_not_name_is_not_found() {
    let rig = Rig::new();
    assert_eq!(get(&rig, "/deployments").await["results"], json!([]));
    let path = format!("{V1}/deployments/acme/pictures");
    assert_eq!(rig.get(&path).await.status, StatusCode::NOT_FOUND);
    let answer = rig.post(&format!("{path}/predictions"), &json!({"input": {}})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_json_snapshot!("unknown_deployment", answer.json());
    assert_eq!(rig.gateway.creates_accepted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_create_by_deployment_counts_as_a_create_for_limits_and_faults() {
    let path = format!("{V1}/deployments/acme/pictures/predictions");
    let rig = Rig::with(settings().rate_limits(RateLimits::none().creates(1)));
    assert_eq!(rig.post(&path, &json!({"input": {}})).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.create(json!({})).await.status, StatusCode::TOO_MANY_REQUESTS);
    let rig = Rig::new();
    let fault = r#"{"faults": [{"on": {"route": "create"}, "do": {"answer": {"status": 502}}}]}"#;
    rig.gateway.set_faults(quickrouter_emulator::Faults::from_json(fault).unwrap()).unwrap();
    let answer = rig.post(&path, &json!({"input": {}})).await;
    assert_eq!(answer.status, StatusCode::BAD_GATEWAY);
}

#[tokio::test(start_paused = true)]
async fn trainings_are_refused_by_name() {
    let rig = Rig::new();
    let train = format!("{V1}/models/{SDXL}/versions/abc/trainings");
    let refused = rig.post(&train, &json!({"destination": "a/b", "input": {}})).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    insta::assert_json_snapshot!("trainings", refused.json());
    for path in ["/trainings", "/trainings/abc", "/trainings/abc/cancel"] {
        let answer = rig.get(&format!("{V1}{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("does not train models"), "{detail}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_relay_passes_none_of_these_on() {
    let rig = Rig::with(settings().personality(Personality::Gateway));
    let new = [
        routes::GET_ACCOUNT,
        routes::LIST_HARDWARE,
        routes::LIST_MODELS,
        routes::SEARCH_MODELS,
        routes::LIST_MODEL_VERSIONS,
        routes::LIST_COLLECTIONS,
        routes::GET_COLLECTION,
        routes::LIST_DEPLOYMENTS,
        routes::GET_DEPLOYMENT,
        routes::CREATE_DEPLOYMENT_PREDICTION,
    ];
    for route in new {
        let path = format!("/replicate{}", route.path.replace(['{', '}'], ""));
        let method = Method::from_bytes(route.method.as_bytes()).unwrap();
        let answer = rig.call(method, &path, &Value::Null).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Invalid URL"));
    }
}
