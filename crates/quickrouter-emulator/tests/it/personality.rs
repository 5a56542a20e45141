//! What sets a relay apart from the service behind it, and single traits to mix.

use crate::rig::{Rig, SDXL, request, settings, version_of};
use axum::body::Body;
use http::{Method, Request, StatusCode};
use quickrouter_emulator::{ErrorFormat, InMemoryTransport, Personality, Side};
use serde_json::{Value, json};

fn relay() -> Rig {
    Rig::with(settings().personality(Personality::Gateway))
}

#[tokio::test(start_paused = true)]
async fn a_relay_answers_a_create_with_200_and_drops_what_it_does_not_know() {
    let rig = relay();
    let create = rig.create_with(("prefer", "wait=60"), &json!({"prompt": "a"})).await;
    assert_eq!((create.status, create.header("preference-applied")), (StatusCode::OK, ""));
    assert_eq!(create.json()["status"], "starting");
    let create = rig.create_with(("cancel-after", "5s"), &json!({"prompt": "a"})).await;
    assert_eq!(create.json().get("deadline"), None);
}

#[tokio::test(start_paused = true)]
async fn the_urls_of_a_relay_point_at_another_origin_without_its_prefix() {
    let rig = relay();
    let fresh = rig.create(json!({"prompt": "a", "width": 64, "height": 64})).await.json();
    let id = fresh["id"].as_str().unwrap();
    let elsewhere = format!("http://127.0.0.1:2/v1/predictions/{id}");
    assert_eq!(fresh["urls"]["get"], elsewhere);
    assert_eq!(fresh["urls"]["cancel"], format!("{elsewhere}/cancel"));
    let page = fresh["urls"]["web"].as_str().unwrap().strip_prefix("http://127.0.0.1:1");
    let page = page.unwrap();
    if cfg!(feature = "page") {
        assert_eq!(rig.get(page).await.status, StatusCode::OK, "the page is where it is");
    }
    crate::rig::pass(60_000).await;
    let output = &rig.prediction(id).await["output"][0];
    assert!(output.as_str().unwrap().starts_with("http://127.0.0.1:2/emulator/outputs/"));
}

#[tokio::test(start_paused = true)]
async fn the_other_origin_takes_no_key_and_tells_what_it_was_sent() {
    let rig = relay();
    let id = rig.create(json!({"prompt": "a"})).await.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/predictions/{id}");
    let answer = rig.elsewhere(request(Method::GET, &path, &Value::Null)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let seen = rig.gateway.requests();
    let last = seen.last().unwrap();
    assert_eq!((last.side, last.path.as_str(), last.had_key), (Side::Elsewhere, &*path, true));
    assert_eq!(last.header("authorization"), "[redacted]");
    assert_eq!(rig.gateway.creates_accepted(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_other_origin_tells_also_which_outputs_were_asked_for_and_with_what() {
    let rig = relay();
    let fresh = rig.create(json!({"prompt": "a", "width": 64, "height": 64})).await.json();
    crate::rig::pass(60_000).await;
    let id = fresh["id"].as_str().unwrap();
    let path = format!("/emulator/outputs/{id}/out-0.png");
    let answer = rig.elsewhere(request(Method::GET, &path, &Value::Null)).await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "image/png"));
    let seen = rig.gateway.requests();
    let last = seen.last().unwrap();
    assert_eq!((last.side, last.path.as_str(), last.had_key), (Side::Elsewhere, &*path, true));
    assert_eq!((last.status, last.response_body.len()), (Some(200), 0));
    assert_eq!(last.prediction_id.as_deref(), Some(id));
}

#[tokio::test(start_paused = true)]
async fn a_relay_passes_on_the_documented_routes_and_no_other() {
    let rig = relay();
    let fresh = rig.create(json!({"prompt": "a"})).await.json();
    let id = fresh["id"].as_str().unwrap().to_owned();
    let stream = fresh["urls"]["stream"].as_str().unwrap().strip_prefix("http://127.0.0.1:2");
    let stream = format!("/replicate{}", stream.unwrap());
    assert_eq!(rig.get(&format!("/replicate/v1/predictions/{id}")).await.status, StatusCode::OK);
    for path in ["/replicate/v1/predictions", "/replicate/v1/models/stability-ai/sdxl", &stream] {
        let answer = rig.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Invalid URL"));
        let head = rig.send(request(Method::HEAD, path, &Value::Null)).await;
        assert_eq!(head.status, StatusCode::NOT_FOUND, "HEAD {path}");
    }
    assert_eq!(rig.cancel(&id).await.status, StatusCode::NOT_FOUND);
    assert_eq!(rig.prediction(&id).await["status"], "starting", "it was not canceled");
}

#[tokio::test(start_paused = true)]
async fn the_errors_of_a_relay_have_its_own_form() {
    let rig = relay();
    let mut told = Vec::new();
    let no_key = Request::builder().uri("/replicate/v1/predictions/x").body(Body::empty());
    told.push(rig.send(no_key.unwrap()).await.json());
    told.push(rig.get("/replicate/v1/predictions/x").await.json());
    told.push(rig.create(json!({"width": 7, "colour": "red"})).await.json());
    told.push(rig.post("/replicate/v1/predictions", &json!("text")).await.json());
    insta::assert_json_snapshot!("errors_of_a_relay", told);
}

#[tokio::test(start_paused = true)]
async fn each_trait_can_be_set_by_itself_in_any_order() {
    let rig = Rig::with(
        settings()
            .error_format(ErrorFormat::Problem)
            .relays_all(true)
            .honours_prefer(true)
            .honours_cancel_after(true)
            .answers_created(true)
            .urls_elsewhere(false)
            .personality(Personality::Gateway),
    );
    let create = rig.create_with(("prefer", "wait"), &json!({"prompt": "a"})).await;
    assert_eq!((create.status, create.header("preference-applied")), (StatusCode::CREATED, "wait"));
    assert!(create.json()["urls"]["get"].as_str().unwrap().starts_with("http://127.0.0.1:1/"));
    let list = rig.get("/replicate/v1/predictions").await;
    assert_eq!(
        (list.status, list.json()["results"].as_array().unwrap().len()),
        (StatusCode::OK, 1)
    );
    let refused = rig.get("/replicate/v1/predictions/x").await;
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

#[tokio::test(start_paused = true)]
async fn memory_reaches_both_origins_and_no_third() {
    use quickrouter_api::Transport as _;
    let rig = relay();
    let memory = InMemoryTransport::new(&rig.gateway);
    let get = |url: &str| reqwest::Request::new(Method::GET, url.parse().unwrap());
    assert_eq!(memory.send(get("http://127.0.0.1:1/emulator/stats")).await.unwrap().status(), 200);
    assert_eq!(memory.send(get("http://127.0.0.1:2/v1/predictions")).await.unwrap().status(), 401);
    assert!(memory.send(get("http://127.0.0.1:3/")).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn the_history_has_what_was_asked_and_answered_without_the_key() {
    let rig = Rig::new();
    let id = rig.created(json!({"prompt": "a red door"})).await;
    rig.get(&format!("/replicate/v1/predictions/{id}")).await;
    rig.get("/emulator/stats").await;
    let all = rig.gateway.requests();
    assert_eq!(all.len(), 2, "what is about the emulator itself is left out");
    let create = &all[0];
    assert_eq!((create.operation, create.status), (Some("create_prediction"), Some(201)));
    assert_eq!(create.json()["input"]["prompt"], "a red door");
    assert_eq!(create.json()["version"], version_of(SDXL));
    assert_eq!(create.response_json()["id"], id.as_str());
    assert!(all.iter().all(|one| one.prediction_id.as_deref() == Some(id.as_str())));
    assert!(!format!("{all:?}").contains("a-key"));
}

#[tokio::test(start_paused = true)]
async fn the_history_does_not_tell_the_webhook_secret() {
    let rig = Rig::new();
    let told = rig.get("/replicate/v1/webhooks/default/secret").await.json();
    let all = rig.gateway.requests();
    assert_eq!((all.len(), all[0].status), (1, Some(200)));
    let shown = rig.get("/emulator/requests/1").await.body;
    for text in [format!("{all:?}"), String::from_utf8(shown).unwrap()] {
        assert!(!text.contains(told["key"].as_str().unwrap()), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_history_is_bounded() {
    let rig = Rig::new();
    for _ in 0..2_100 {
        rig.get("/replicate/v1/predictions/x").await;
    }
    let all = rig.gateway.requests();
    assert_eq!((all.len(), all[0].number, all[1_999].number), (2_000, 101, 2_100));
}
