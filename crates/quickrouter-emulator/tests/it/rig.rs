//! A gateway in memory at a fixed time, and short ways to call it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use quickrouter_api::{Clock, Model, models};
use quickrouter_emulator::{Emulator, EmulatorBuilder, Gateway};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
use tower::ServiceExt as _;

/// The model with steps, seeds and sizes that most tests use.
pub(crate) const SDXL: &str = "stability-ai/sdxl";

pub(crate) struct Rig {
    pub(crate) gateway: Gateway,
    router: Router,
    elsewhere: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Whether the connection would be reset instead.
    pub(crate) reset: bool,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("an answer in JSON")
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// Settings with a clock that starts at a round second in 2023.
pub(crate) fn settings() -> EmulatorBuilder {
    let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Emulator::builder().clock(Clock::at(epoch))
}

pub(crate) fn model(name: &str) -> &'static Model {
    models().iter().find(|model| model.name == name).expect("a model of the contract")
}

pub(crate) fn version_of(name: &str) -> String {
    format!("{name}:{}", model(name).version.expect("a model with a version"))
}

/// A request with a key; `body` is sent unless null.
pub(crate) fn request(method: Method, path: &str, body: &Value) -> Request<Body> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", "Bearer a-key")
        .header("content-type", "application/json")
        .body(Body::from(body))
        .expect("a request")
}

impl Rig {
    pub(crate) fn new() -> Self {
        Self::with(settings())
    }

    pub(crate) fn with(settings: EmulatorBuilder) -> Self {
        let gateway = settings.in_memory().expect("settings in order");
        Self { router: gateway.router(), elsewhere: gateway.router_elsewhere(), gateway }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        sent(&self.router, request).await
    }

    /// A call to the other origin.
    pub(crate) async fn elsewhere(&self, request: Request<Body>) -> Answer {
        sent(&self.elsewhere, request).await
    }

    /// A call with a key; `body` is sent unless null.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(request(method, path, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, &Value::Null).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, body).await
    }

    pub(crate) async fn create(&self, input: Value) -> Answer {
        let body = json!({"version": version_of(SDXL), "input": input});
        self.post("/replicate/v1/predictions", &body).await
    }

    /// A create with one more header.
    pub(crate) async fn create_with(&self, header: (&'static str, &str), input: &Value) -> Answer {
        let body = json!({"version": version_of(SDXL), "input": input});
        let mut request = request(Method::POST, "/replicate/v1/predictions", &body);
        request.headers_mut().insert(header.0, header.1.parse().expect("a header"));
        self.send(request).await
    }

    /// Creates a prediction that is sure to be accepted; answers its id.
    pub(crate) async fn created(&self, input: Value) -> String {
        let answer = self.create(input).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.json());
        answer.json()["id"].as_str().expect("an id").to_owned()
    }

    pub(crate) async fn prediction(&self, id: &str) -> Value {
        let answer = self.get(&format!("/replicate/v1/predictions/{id}")).await;
        assert_eq!(answer.status, StatusCode::OK);
        answer.json()
    }

    pub(crate) async fn cancel(&self, id: &str) -> Answer {
        self.post(&format!("/replicate/v1/predictions/{id}/cancel"), &Value::Null).await
    }

    /// The file behind an absolute output URL, fetched without a key.
    pub(crate) async fn output(&self, url: &Value) -> Answer {
        let url: http::Uri = url.as_str().expect("a URL").parse().expect("a URL");
        let request = Request::builder().uri(url.path()).body(Body::empty()).expect("a request");
        self.send(request).await
    }
}

pub(crate) async fn pass(milliseconds: u64) {
    tokio::time::advance(Duration::from_millis(milliseconds)).await;
}

async fn sent(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let reset = Gateway::is_reset(&answer);
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    Answer { status: parts.status, headers: parts.headers, body, reset }
}
