//! What the pages of other sites may do.

use crate::rig::{Answer, Rig, pass, request, settings};
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use quickrouter_api::routes;
use quickrouter_emulator::{Effect, Fault, Personality};
use serde_json::{Value, json};

const ANY: &str = "access-control-allow-origin";
const PREDICTIONS: &str = "/replicate/v1/predictions";

fn open() -> Rig {
    Rig::with(settings().cors(true))
}

/// What a browser sends first, without a key.
async fn preflight(rig: &Rig, method: &str, path: &str) -> Answer {
    let asked = Request::options(path)
        .header("origin", "https://app.example")
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "authorization,content-type,prefer");
    rig.send(asked.body(Body::empty()).unwrap()).await
}

fn allowed(headers: &HeaderMap) -> Vec<String> {
    let all = headers.iter().filter(|(name, _)| name.as_str().starts_with("access-control"));
    let mut all: Vec<_> =
        all.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
    all.sort();
    all
}

async fn from_a_page(rig: &Rig, method: Method, path: &str, body: &Value) -> Answer {
    let mut asked = request(method, path, body);
    asked.headers_mut().insert("origin", "https://app.example".parse().unwrap());
    rig.send(asked).await
}

#[tokio::test(start_paused = true)]
async fn a_preflight_of_every_route_allows_what_gateways_of_the_family_allow() {
    let rig = open();
    for route in routes::ALL {
        let path = format!("/replicate{}", route.path.replace(['{', '}'], ""));
        let answer = preflight(&rig, route.method, &path).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0), "{path}");
        let methods = answer.header("access-control-allow-methods");
        assert!(methods.split(", ").any(|method| method == route.method), "{}", route.method);
    }
    let answer = preflight(&rig, "POST", PREDICTIONS).await;
    insta::assert_json_snapshot!("preflight", allowed(&answer.headers));
    let seen = rig.gateway.requests().pop().unwrap();
    assert_eq!((seen.method.as_str(), seen.status), ("OPTIONS", Some(204)), "it is logged");
}

#[tokio::test(start_paused = true)]
async fn every_response_of_the_api_can_be_read_by_a_page_errors_and_outputs_too() {
    let fault = Fault::new(Effect::Garbage).on("list_predictions");
    let rig = Rig::with(settings().cors(true).key("k").fault(fault));
    let create = json!({"version": "stability-ai/sdxl", "input": {"width": 64, "height": 64}});
    let refused = from_a_page(&rig, Method::POST, PREDICTIONS, &create).await;
    assert_eq!((refused.status, refused.header(ANY)), (StatusCode::UNAUTHORIZED, "*"));
    for path in ["/replicate/v1/nothing", "/replicate/v1/predictions/%FF", PREDICTIONS] {
        assert_eq!(from_a_page(&rig, Method::GET, path, &Value::Null).await.header(ANY), "*");
    }
    let rig = open();
    let created = from_a_page(&rig, Method::POST, PREDICTIONS, &create).await;
    assert_eq!((created.status, created.header(ANY)), (StatusCode::CREATED, "*"));
    assert_eq!(allowed(&created.headers).len(), 1);
    pass(60_000).await;
    let prediction = rig.prediction(created.json()["id"].as_str().unwrap()).await;
    let stream = prediction["urls"]["stream"].as_str().unwrap();
    for url in [&prediction["output"][0], &json!(stream)] {
        // Without an origin as well: a browser may keep it for an img.
        assert_eq!(rig.output(url).await.header(ANY), "*", "{url}");
        let path = url.as_str().unwrap().strip_prefix("http://127.0.0.1:1").unwrap();
        assert_eq!(preflight(&rig, "GET", path).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test(start_paused = true)]
async fn the_other_origin_is_open_as_well() {
    let rig = Rig::with(settings().cors(true).personality(Personality::Gateway));
    let refused = rig.elsewhere(request(Method::GET, "/v1/account", &Value::Null)).await;
    assert_eq!((refused.status, refused.header(ANY)), (StatusCode::UNAUTHORIZED, "*"));
}

#[tokio::test(start_paused = true)]
async fn the_emulators_own_routes_stay_closed() {
    let rig = open();
    let id = rig.created(json!({})).await;
    let page = format!("/emulator/predictions/{id}");
    let own =
        ["/", "/emulator/stats", "/emulator/faults", "/emulator/webhooks", "/emulator/models"];
    for path in own.into_iter().chain(["/emulator/files/x", "/elsewhere", &page]) {
        let got = from_a_page(&rig, Method::GET, path, &Value::Null).await;
        assert_eq!(allowed(&got.headers), [""; 0], "{path}");
        let asked = preflight(&rig, "GET", path).await;
        assert_ne!(asked.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(allowed(&asked.headers), [""; 0], "{path}");
    }
    let faults = from_a_page(&rig, Method::PUT, "/emulator/faults", &json!({"faults": []})).await;
    assert_eq!(faults.status, StatusCode::FORBIDDEN);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_open_unless_asked_for() {
    let rig = Rig::new();
    let created = from_a_page(&rig, Method::POST, PREDICTIONS, &json!({})).await;
    assert_eq!(allowed(&created.headers), [""; 0]);
    let answer = preflight(&rig, "POST", PREDICTIONS).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(allowed(&answer.headers), [""; 0]);
}
