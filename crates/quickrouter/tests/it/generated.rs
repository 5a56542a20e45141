//! The generated client, through the SDK's transport.

use std::sync::Arc;
use std::time::Duration;

use quickrouter::api::{Error, FileUpload};
use quickrouter::transport::{TransportErrorKind, transport_error_in};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::scripted::{KEY, Script, Step, answer, cut, prediction, raw, uploaded};

#[tokio::test(start_paused = true)]
async fn a_call_of_the_generated_client_carries_the_key_to_the_base_url_and_nowhere_else() {
    let elsewhere = "https://elsewhere.example/v1/models";
    let script = Script::new([
        answer(200, &json!({"name": "sdxl", "url": elsewhere})),
        answer(200, &uploaded()),
        raw(302, "", "").with("location", elsewhere),
    ]);
    let client = script.builder().base_url("https://x.example/p").build().unwrap();
    let api = client.api();
    let model = api.get_model("stability-ai", "../sdxl").await.unwrap();
    assert_eq!(model.into_inner()["name"], "sdxl");
    let file = FileUpload::new("a red door", 10, "door.txt", "text/plain");
    assert_eq!(api.upload_file(file).await.unwrap().into_inner(), uploaded());
    let error = api.list_files(None).await.unwrap_err();
    assert_eq!(error.status().map(|status| status.as_u16()), Some(302), "it is not followed");
    let sent = script.sent();
    let urls: Vec<_> = sent.iter().map(|sent| sent.url.as_str()).collect();
    let own = ["v1/models/stability-ai/..%2Fsdxl", "v1/files", "v1/files"];
    assert_eq!(urls, own.map(|path| format!("https://x.example/p/{path}")));
    let bearer = format!("Bearer {KEY}");
    assert!(sent.iter().all(|sent| sent.key.as_ref() == Some(&bearer)), "{sent:?}");
    let has = |name: &str| sent[0].headers.iter().any(|(header, _)| header == name);
    assert!(has("user-agent") && !has("api-version"), "{:?}", sent[0].headers);
}

#[tokio::test(start_paused = true)]
async fn a_call_of_the_generated_client_is_sent_once_and_fails_as_the_seam_says() {
    let large = Step::Doing(Arc::new(|| vec![b' '; (64 << 20) + 1].into()));
    let rows = [
        (Step::Silence, TransportErrorKind::Timeout),
        (Step::Fails(TransportErrorKind::NotSent), TransportErrorKind::NotSent),
        (Step::Doing(Arc::new(|| cut(r#"{"name""#))), TransportErrorKind::BodyTruncated),
        (raw(200, "text/html", "<html>"), TransportErrorKind::NotJson),
        (large, TransportErrorKind::TooLarge),
    ];
    for (step, kind) in rows {
        let script = Script::new([step]);
        let client = script.builder().request_timeout(Duration::from_secs(7)).build().unwrap();
        let start = Instant::now();
        let error = client.api().get_model("a", "b").await.unwrap_err();
        assert_eq!(transport_error_in(&error).map(|fail| fail.kind), Some(kind), "{error:?}");
        let limit = if kind == TransportErrorKind::Timeout {
            Duration::from_secs(7)
        } else {
            Duration::ZERO
        };
        assert_eq!((start.elapsed(), script.sent().len()), (limit, 1), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_status_of_the_generated_client_has_its_body_and_never_the_key() {
    let told = json!({"detail": format!("no such model for {KEY}")});
    let script = Script::new([answer(404, &told)]);
    let error = script.client().api().get_model("a", "b").await.unwrap_err();
    let Error::UnexpectedResponse(response) = error else { panic!("{error:?}") };
    assert_eq!(response.status(), 404);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body, json!({"detail": "no such model for [redacted]"}));
}

#[tokio::test(start_paused = true)]
async fn a_create_of_the_generated_client_is_a_create_like_any_other() {
    let script = Script::new([answer(201, &prediction("starting"))]);
    let body: quickrouter::api::types::PredictionRequest =
        serde_json::from_value(json!({"version": "a/b:c", "input": {"prompt": "a red door"}}))
            .unwrap();
    let created = script.client().api().create_prediction(None, None, &body).await.unwrap();
    assert_eq!(created.status(), 201);
    let created = quickrouter::Prediction::from_json(created.into_inner()).unwrap();
    assert_eq!(created.id().unwrap().as_str(), crate::scripted::ID);
    assert_eq!(script.sent()[0].body["input"]["prompt"], "a red door");
}
