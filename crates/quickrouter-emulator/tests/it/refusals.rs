//! What is refused, and in which form.

use crate::rig::{Rig, SDXL, model, request, settings, version_of};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use quickrouter_emulator::{Error, Personality, check};
use serde_json::{Value, json};

const PREDICTIONS: &str = "/replicate/v1/predictions";

async fn with_header(rig: &Rig, path: &str, header: Option<&str>) -> crate::rig::Answer {
    let mut request = Request::builder().uri(path);
    if let Some(value) = header {
        request = request.header("authorization", value);
    }
    rig.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(start_paused = true)]
async fn without_a_key_everything_in_the_api_answers_401() {
    let rig = Rig::new();
    for path in [PREDICTIONS, "/replicate/v1/predictions/x", "/replicate/v1/nothing"] {
        for header in [None, Some("Bearer "), Some("Bearer"), Some("Basic abc"), Some("a-key")] {
            let answer = with_header(&rig, path, header).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path} {header:?}");
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
    }
    insta::assert_json_snapshot!("no_key", with_header(&rig, PREDICTIONS, None).await.json());
    for header in ["bearer any-key", "Bearer any-key", "Token any-key", "token any-key"] {
        let answer = with_header(&rig, PREDICTIONS, Some(header)).await;
        assert_eq!(answer.status, StatusCode::OK, "{header}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wrong_key_gets_replicates_words_or_the_gateways_own() {
    let rig = Rig::with(settings().key("s3cret"));
    for header in [None, Some("Bearer wrong"), Some("Token wrong"), Some("Basic s3cret")] {
        let answer = with_header(&rig, PREDICTIONS, header).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header:?}");
        let words = r#"{"title":"Unauthenticated","detail":"You did not pass a valid authentication token","status":401}"#;
        assert_eq!(String::from_utf8(answer.body).unwrap(), words);
    }
    assert_eq!(with_header(&rig, PREDICTIONS, Some("Token s3cret")).await.status, StatusCode::OK);
    let relay = Rig::with(settings().key("s3cret").personality(Personality::Gateway));
    let path = "/replicate/v1/predictions/x";
    for header in [None, Some("Bearer wrong"), Some("Token s3cret")] {
        let answer = with_header(&relay, path, header).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header:?}");
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("Authorization: Bearer KEY"), "{message}");
    }
    let mine = with_header(&relay, path, Some("Bearer s3cret")).await;
    assert_eq!(mine.status, StatusCode::NOT_FOUND);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_was_set_is_the_only_one_let_in_and_is_never_shown() {
    let rig = Rig::with(settings().key("s3cret"));
    let answer = with_header(&rig, PREDICTIONS, Some("Bearer a-key")).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let answer = with_header(&rig, PREDICTIONS, Some("Bearer s3cret")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let shown = format!("{:?} {:?}", rig.gateway, settings().key("s3cret"));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
fn settings_off_their_limits_are_errors() {
    for scale in [-1.0, f64::NAN, f64::INFINITY, 1e9] {
        let refused = settings().time_scale(scale).in_memory();
        assert!(matches!(refused, Err(Error::TimeScale { .. })), "{scale}");
    }
    for key in ["", "two words", "schlüssel", "a\nb"] {
        assert!(matches!(settings().key(key).in_memory(), Err(Error::Key)), "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_input_off_the_contract_is_refused_with_everything_that_is_wrong() {
    let rig = Rig::new();
    let input = json!({
        "prompt": 7,
        "image": "not a uri",
        "width": 1001,
        "num_outputs": 5,
        "num_inference_steps": 0,
        "scheduler": "EULER",
        "seeds": 1,
        "guidance": 2,
    });
    let answer = rig.create(input).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    insta::assert_json_snapshot!("input_off_the_contract", answer.json());
    let body =
        json!({"input": {"safety_tolerance": 6, "input_image": "https://example.com/a.png"}});
    let path = "/replicate/v1/models/black-forest-labs/flux-kontext-pro/predictions";
    let answer = rig.post(path, &body).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!("input_against_a_rule", answer.json());
    assert_eq!(rig.gateway.creates_accepted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_of_other_types_is_refused_by_the_field() {
    let rig = Rig::new();
    let mut told = String::new();
    for (name, value) in [
        ("version", Value::Null),
        ("webhook", json!(5)),
        ("webhook_events_filter", json!(["start", "stop"])),
        ("input", json!([])),
        ("prompt", json!("a cat")),
    ] {
        let mut body = json!({"version": SDXL, "input": {}});
        body[name] = value;
        let answer = rig.post(PREDICTIONS, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        told += answer.json()["detail"].as_str().unwrap();
    }
    insta::assert_snapshot!("body_of_other_types", told);
}

#[tokio::test(start_paused = true)]
async fn what_would_only_be_ignored_is_accepted() {
    let rig = Rig::new();
    rig.created(json!({"mask": "https://example.com/a.png", "refine_steps": 3})).await;
    let body = json!({
        "version": version_of(SDXL),
        "input": {},
        "webhook": "https://example.com/hook",
        "webhook_events_filter": ["start"],
        "stream": true,
    });
    assert_eq!(rig.post(PREDICTIONS, &body).await.status, StatusCode::CREATED);
}

#[tokio::test(start_paused = true)]
async fn a_picture_too_large_to_be_drawn_is_refused_as_the_emulators_own_bound() {
    let rig = Rig::new();
    let answer = rig.create(json!({"width": 100_000, "height": 80_000, "prompt": "a cat"})).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!("own_bound", answer.json());
    for input in [json!({"width": -8}), json!({"refine": "base_image_refiner", "refine_steps": -1})]
    {
        let answer = rig.create(input).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(start_paused = true)]
async fn a_bar_too_long_to_be_drawn_is_refused_by_the_input_that_asks_for_it() {
    let rig = Rig::new();
    let refine = json!({"refine": "base_image_refiner", "refine_steps": 10_001});
    let answer = rig.create(refine).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    insta::assert_json_snapshot!("bar_too_long", answer.json());
    rig.created(json!({"refine": "base_image_refiner", "refine_steps": 10_000})).await;
    rig.created(json!({"refine_steps": 10_001})).await;
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_not_as_it_should_be_is_refused() {
    let rig = Rig::new();
    let version = version_of(SDXL);
    let mut seen = vec![];
    for body in [
        Value::Null,
        json!([1]),
        json!("text"),
        json!([version, {}]),
        json!({"version": version}),
        json!({"input": {}}),
        json!({"version": version, "input": []}),
        json!({"version": 7, "input": {}}),
        json!({"version": version, "input": {}, "inputs": {}}),
        json!({"version": version, "input": {}, "webhook_events_filter": ["done"]}),
    ] {
        let answer = rig.post(PREDICTIONS, &body).await;
        assert_eq!(answer.header("content-type"), "application/problem+json");
        seen.push((answer.status.as_u16(), answer.json()["detail"].clone()));
    }
    insta::assert_json_snapshot!("bodies", seen);
    let path = format!("/replicate/v1/models/{SDXL}/predictions");
    let answer = rig.post(&path, &json!({"version": version, "input": {}})).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(rig.gateway.creates_accepted(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_too_large_is_refused() {
    let rig = Rig::new();
    let answer = rig.create(json!({"prompt": "a".repeat(17 * 1024 * 1024)})).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.header("content-type"), "application/problem+json");
}

#[tokio::test(start_paused = true)]
async fn unknown_paths_ids_and_methods_are_told_in_the_documented_form() {
    let rig = Rig::new();
    let mut seen = vec![];
    for (method, path) in [
        (Method::GET, "/nothing"),
        (Method::GET, "/replicate/v1/nothing"),
        (Method::GET, "/replicate/v1/predictions/nosuchid"),
        (Method::POST, "/replicate/v1/predictions/nosuchid/cancel"),
        (Method::GET, "/replicate/v1/predictions/%FF"),
        (Method::DELETE, "/replicate/v1/predictions/nosuchid"),
        (Method::PUT, PREDICTIONS),
        (Method::GET, "/emulator/outputs/nosuchid/out-0.png"),
    ] {
        let answer = rig.call(method, path, &Value::Null).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        assert!(!answer.header("x-request-id").is_empty());
        seen.push((answer.status.as_u16(), answer.json()["detail"].clone()));
    }
    insta::assert_json_snapshot!("unknown", seen);
}

#[tokio::test(start_paused = true)]
async fn the_stats_count_requests_and_accepted_creates_only() {
    let rig = Rig::new();
    rig.created(json!({})).await;
    rig.create(json!({"num_outputs": 0})).await;
    with_header(&rig, PREDICTIONS, None).await;
    let answer = with_header(&rig, "/emulator/stats", None).await;
    insta::assert_json_snapshot!("stats", answer.json());
}

#[test]
fn the_check_can_be_had_without_a_server() {
    assert!(check(model(SDXL), &json!({"prompt": "a cat"})).is_ok());
    let violations = check(model(SDXL), &json!({"num_outputs": 9})).unwrap_err();
    assert_eq!(violations.len(), 1);
    assert_eq!(violations[0].field, "input.num_outputs");
}

/// JSON within JSON, none of it too deep, by a name that serde_json may take for its own.
fn nested(times: usize) -> String {
    (0..times).fold("0".to_owned(), |within, _| {
        let text = serde_json::to_string(&within).expect("a text");
        let name = r"$serde_json::private::Raw\u0056alue";
        format!("{}{{\"{name}\":{text}}}{}", "[".repeat(100), "]".repeat(100))
    })
}

#[tokio::test(start_paused = true)]
async fn json_within_json_is_not_read_for_more_than_it_shows() {
    let rig = Rig::new();
    let nested = nested(12);
    let create = format!(r#"{{"version": "{SDXL}", "input": {{"prompt": {nested}}}}}"#);
    let answer = format!(r#"{{"answer": {{"status": 200, "body": {{"json": {nested}}}}}}}"#);
    let faults = format!(r#"{{"faults": [{{"do": {answer}}}]}}"#);
    for (method, path, body) in
        [(Method::POST, PREDICTIONS, create), (Method::PUT, "/emulator/faults", faults)]
    {
        let mut request = request(method, path, &Value::Null);
        *request.body_mut() = Body::from(body);
        let answer = rig.send(request).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("cannot read the name"), "{detail}");
    }
    // What was refused is kept and can be looked at.
    assert!(rig.gateway.requests()[0].json().is_null());
    if cfg!(feature = "page") {
        assert_eq!(rig.get("/emulator/requests/1").await.status, StatusCode::OK);
    }
}
