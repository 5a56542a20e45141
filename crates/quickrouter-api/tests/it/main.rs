//! The seam: what every request gets on its way out, and every answer on its way in.

#![allow(missing_docs, reason = "tests")]

mod content_coding;
mod effective;
mod layers;
mod origin;
mod proxies;
mod steps;
mod streams;
mod upload;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use quickrouter_api::{
    CapturedResponse, Downloads, Gate, GateSettings, Transport, TransportError, TransportErrorKind,
    direct_client, models, transport_error_in,
};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Body, Method, Request, Response, ResponseBuilderExt, Url};

const KEY: &str = "a-key-of-the-tests";

type Answers = Box<dyn Fn() -> Result<Response, TransportError> + Send + Sync>;

/// Keeps the headers it was sent and answers as told; never, if told nothing.
#[derive(Default)]
struct Stand {
    sent: Mutex<Vec<HeaderMap>>,
    answer: Option<Answers>,
}

impl Stand {
    fn answering(
        answer: impl Fn() -> Result<Response, TransportError> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Some(Box::new(answer)), ..Self::default() })
    }
}

impl Transport for Stand {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        self.sent.lock().unwrap().push(request.headers().clone());
        let answer = self.answer.as_ref().map(|answer| answer());
        async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        }
        .boxed()
    }
}

fn respond(status: u16, body: impl Into<Body>) -> Response {
    http::Response::builder()
        .status(status)
        .header("x-request-id", "r1")
        .body(body.into())
        .unwrap()
        .into()
}

fn gate(transport: Arc<Stand>) -> Gate {
    let mut settings = GateSettings::new(Url::parse("https://gateway.example/prefix").unwrap());
    settings.key = Some(KEY.to_owned().into());
    settings.max_response_bytes = 100;
    Gate::new(transport, settings)
}

fn r1() -> HeaderValue {
    HeaderValue::from_static("r1")
}

fn get(url: &str) -> Request {
    Request::new(Method::GET, Url::parse(url).unwrap())
}

#[tokio::test]
async fn the_key_goes_to_the_base_urls_own_origin_and_is_marked_sensitive() {
    let stand = Stand::answering(|| Ok(respond(200, "{}")));
    gate(stand.clone()).send("test", get("https://gateway.example/anywhere")).await.unwrap();
    let sent = stand.sent.lock().unwrap();
    let value = &sent[0][AUTHORIZATION];
    assert_eq!(value.to_str().unwrap(), format!("Bearer {KEY}"));
    assert!(value.is_sensitive());
}

#[tokio::test]
async fn the_key_goes_to_no_other_origin() {
    let others = [
        "http://gateway.example/prefix",
        "https://gateway.example:8443/prefix",
        "https://api.gateway.example/prefix",
        "https://gateway.example.evil.example/prefix",
    ];
    let stand = Stand::answering(|| Ok(respond(200, "{}")));
    for url in others {
        gate(stand.clone()).send("test", get(url)).await.unwrap();
    }
    let sent = stand.sent.lock().unwrap();
    assert_eq!(sent.len(), others.len());
    assert!(sent.iter().all(|headers| !headers.contains_key(AUTHORIZATION)), "{sent:?}");
}

#[tokio::test]
async fn a_download_has_no_key_and_no_way_to_get_one() {
    let stand = Stand::answering(|| Ok(respond(200, "file")));
    let agent = HeaderValue::from_static("tests");
    let downloads = Downloads::new(stand.clone(), agent, Duration::from_secs(1));
    let mut opened =
        downloads.open(Url::parse("https://gateway.example/f").unwrap()).await.unwrap();
    assert_eq!(opened.chunks.next().await.unwrap().unwrap(), "file");
    assert!(opened.chunks.next().await.unwrap().is_none());
    assert!(!stand.sent.lock().unwrap()[0].contains_key(AUTHORIZATION));
}

#[tokio::test]
async fn the_header_that_no_server_knows_is_taken_off() {
    let stand = Stand::answering(|| Ok(respond(200, "{}")));
    let client = gate(stand.clone()).into_client(&direct_client().unwrap());
    client.get_prediction("abc").await.unwrap();
    assert!(!stand.sent.lock().unwrap()[0].contains_key("api-version"));
}

#[tokio::test]
async fn a_success_that_is_not_json_keeps_its_status_headers_and_body() {
    let stand = Stand::answering(|| Ok(respond(200, "<html>")));
    let client = gate(stand).into_client(&direct_client().unwrap());
    let quickrouter_api::Error::CommunicationError(error) =
        client.get_prediction("abc").await.unwrap_err()
    else {
        panic!("the failure comes through as what the generated client passes on")
    };
    let fail = transport_error_in(&error).expect("the failure is found again");
    assert_eq!(fail.kind, TransportErrorKind::NotJson);
    let answer = fail.response.as_ref().unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &b"<html>"[..]));
    assert_eq!(answer.headers["x-request-id"], "r1");
}

#[tokio::test]
async fn a_success_that_is_kept_leaves_its_status_with_the_generated_client() {
    let stand = Stand::answering(|| Ok(respond(201, r#"{"id":"abc"}"#)));
    let kept = CapturedResponse::default();
    let client = gate(stand).capturing(&kept).into_client(&direct_client().unwrap());
    let answer = client.get_prediction("abc").await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().len()), (201, 0));
    assert!(answer.into_inner().is_null());
    let (headers, body) = kept.take().unwrap();
    assert_eq!((&headers["x-request-id"], &body[..]), (&r1(), &br#"{"id":"abc"}"#[..]));
    assert_eq!(kept.take(), None);
}

#[tokio::test]
async fn nothing_is_kept_of_a_refusal() {
    let kept = CapturedResponse::default();
    let body = r#"{"detail":"none"}"#;
    let gate = gate(Stand::answering(move || Ok(respond(404, body)))).capturing(&kept);
    let response = gate.send("test", get("https://gateway.example/")).await.unwrap();
    assert_eq!((response.bytes().await.unwrap(), kept.take()), (body.into(), None));
}

#[tokio::test]
async fn a_success_is_kept_unread_and_what_has_no_body_is_not() {
    let kept = CapturedResponse::default();
    let page = Stand::answering(|| Ok(respond(200, "<html>")));
    let client = gate(page).capturing(&kept).into_client(&direct_client().unwrap());
    assert!(client.get_prediction("abc").await.unwrap().into_inner().is_null());
    let (headers, body) = kept.take().unwrap();
    assert_eq!((&headers["x-request-id"], &body[..]), (&r1(), &b"<html>"[..]));

    let deleted = Stand::answering(|| Ok(respond(204, "")));
    let client = gate(deleted).capturing(&kept).into_client(&direct_client().unwrap());
    let answer = client.delete_file("abc").await.unwrap();
    assert_eq!((&answer.headers()["x-request-id"], kept.take()), (&r1(), None));
}

#[tokio::test]
async fn an_answer_keeps_the_url_it_came_from() {
    let stand = Stand::answering(|| {
        let url = Url::parse("https://gateway.example/there").unwrap();
        Ok(http::Response::builder().url(url).body(Body::from("{}")).unwrap().into())
    });
    let response = gate(stand).send("test", get("https://gateway.example/")).await;
    assert_eq!(response.unwrap().url().as_str(), "https://gateway.example/there");
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_not_read_to_its_end() {
    let stand = Stand::answering(|| Ok(respond(200, "x".repeat(101))));
    let fail = gate(stand).send("test", get("https://gateway.example/")).await.unwrap_err();
    assert_eq!(fail.kind, TransportErrorKind::TooLarge);
}

#[tokio::test(start_paused = true)]
async fn one_limit_holds_for_the_head_and_the_body() {
    let silent = Arc::new(Stand::default());
    let drip = Stand::answering(|| {
        let parts = futures_util::stream::unfold((), |()| async {
            tokio::time::sleep(Duration::from_secs(5)).await;
            Some((Ok::<_, std::io::Error>("."), ()))
        });
        Ok(respond(200, Body::wrap_stream(parts)))
    });
    for stand in [silent, drip] {
        let start = tokio::time::Instant::now();
        let gate = gate(stand).with_timeout(Duration::from_secs(12));
        let fail = gate.send("test", get("https://gateway.example/")).await.unwrap_err();
        assert_eq!(fail.kind, TransportErrorKind::Timeout);
        assert_eq!(start.elapsed(), Duration::from_secs(12));
    }
}

#[tokio::test]
async fn a_server_that_repeats_the_key_does_not_get_it_past_the_gate() {
    let stand = Stand::answering(|| Ok(respond(401, format!("wrong key {KEY}"))));
    let response = gate(stand).send("test", get("https://gateway.example/")).await.unwrap();
    assert_eq!(response.text().await.unwrap(), "wrong key [redacted]");
}

#[tokio::test]
async fn a_key_that_json_escapes_is_found_all_the_same() {
    for (key, escaped) in [
        ("a/key-with-slashes", r"a\/key-with-slashes"),
        (r"a\key-with-backslashes", r"a\\key-with-backslashes"),
        (r#"a"key-with-quotes"#, r#"a\"key-with-quotes"#),
        ("a-plain-key", r"a\u002dplain-\u006Bey"),
    ] {
        let stand =
            Stand::answering(move || Ok(respond(401, format!(r#"{{"error": "{escaped}"}}"#))));
        let mut settings = GateSettings::new(Url::parse("https://gateway.example/").unwrap());
        settings.key = Some(key.to_owned().into());
        let gate = Gate::new(stand, settings);
        let response = gate.send("test", get("https://gateway.example/")).await.unwrap();
        assert_eq!(response.text().await.unwrap(), r#"{"error":"[redacted]"}"#, "{key}");
    }
}

#[tokio::test]
async fn a_header_that_repeats_the_key_is_hidden_whole_and_others_stay() {
    let stand = Stand::answering(|| {
        let mut response = respond(200, "{}");
        let told = HeaderValue::try_from(format!("wrong key {KEY}")).unwrap();
        response.headers_mut().insert("x-told", told);
        Ok(response)
    });
    let response = gate(stand).send("test", get("https://gateway.example/")).await.unwrap();
    assert_eq!(response.headers()["x-told"], "[redacted]");
    assert_eq!(response.headers()["x-request-id"], r1());
}

#[test]
fn neither_the_gate_nor_its_client_shows_the_key() {
    let gate = gate(Arc::new(Stand::default()));
    let client = gate.clone().into_client(&direct_client().unwrap());
    assert!(!format!("{gate:?} {client:?}").contains(KEY));
}

#[test]
fn every_model_has_a_schema_with_descriptions_in_both_languages() {
    for model in models() {
        assert!(model.inputs().count() > 0, "{}", model.name);
        assert!(!model.description().is_empty() && !model.description_zh().is_empty());
        for (name, schema) in model.inputs() {
            for key in ["description", "x-description-zh"] {
                assert!(schema[key].is_string(), "{} {name}: {key}", model.name);
            }
        }
    }
}
