//! A recorder in memory, in front of a scripted gateway or of the emulator itself.

use axum::Router;
use axum::body::Body;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use quickrouter_api::{Clock, Transport, TransportError, TransportErrorKind};
use quickrouter_emulator::{Recorder, RecorderBuilder, RecordingGateway};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tower::ServiceExt as _;

/// The gateway's key.
pub(crate) const KEY: &str = "sk-of-the-gateway-0123456789";
/// The scripted gateway's base URL.
pub(crate) const UPSTREAM: &str = "https://gateway.example/replicate";
pub(crate) const PREDICTIONS: &str = "/replicate/v1/predictions";

/// What a scripted gateway does with a request.
pub(crate) enum Reply {
    Json(u16, Value),
    Text(u16, &'static str, Vec<u8>),
    /// A status with a header.
    With(u16, (&'static str, &'static str), Value),
    Breaks(TransportErrorKind),
    Hangs,
}

/// A request that a scripted gateway got.
#[derive(Debug, Clone)]
pub(crate) struct Got {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

type Answers = dyn Fn(&Got) -> Reply + Send + Sync;

/// A scripted gateway, and the hosts of its outputs.
pub(crate) struct Scripted {
    answers: Box<Answers>,
    got: Mutex<Vec<Got>>,
}

impl Scripted {
    pub(crate) fn new(answers: impl Fn(&Got) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { answers: Box::new(answers), got: Mutex::default() })
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// How many creates it got.
    pub(crate) fn creates(&self) -> usize {
        let create = |got: &&Got| got.method == "POST" && got.url.ends_with("/predictions");
        self.got().iter().filter(create).count()
    }
}

impl Transport for Scripted {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        let got = Got {
            method: request.method().to_string(),
            url: request.url().to_string(),
            headers: request.headers().clone(),
            body: body.to_vec(),
        };
        let reply = (self.answers)(&got);
        self.got.lock().unwrap().push(got);
        async move {
            let builder = http::Response::builder();
            let json = "application/json";
            let response = match reply {
                Reply::Json(status, value) => builder
                    .status(status)
                    .header("content-type", json)
                    .body(value.to_string().into()),
                Reply::With(status, (name, value), body) => builder
                    .status(status)
                    .header("content-type", json)
                    .header(name, value)
                    .body(body.to_string().into()),
                Reply::Text(status, kind, body) => {
                    builder.status(status).header("content-type", kind).body(body)
                }
                Reply::Breaks(kind) => return Err(TransportError::new(kind, "as scripted")),
                Reply::Hangs => return std::future::pending().await,
            };
            Ok(response.expect("a response").into())
        }
        .boxed()
    }
}

/// A recorder in memory.
pub(crate) struct RecorderRig {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) gateway: RecordingGateway,
    pub(crate) router: Router,
    notices: Arc<Mutex<Vec<String>>>,
}

pub(crate) struct Relayed {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Relayed {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| {
            panic!("no JSON: HTTP {} {}", self.status, String::from_utf8_lossy(&self.body))
        })
    }

    pub(crate) fn detail(&self) -> String {
        self.json()["detail"].as_str().expect("a detail").to_owned()
    }
}

/// The time at which tests begin.
pub(crate) fn epoch() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

pub(crate) fn builder(folder: &Path, upstream: &str) -> RecorderBuilder {
    Recorder::builder(folder, upstream, KEY).clock(Clock::at(epoch()))
}

impl RecorderRig {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Self {
        Self::at(UPSTREAM, transport)
    }

    pub(crate) fn at(upstream: &str, transport: Arc<dyn Transport>) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a folder"), upstream, transport, |it| it)
    }

    pub(crate) fn in_folder(
        folder: tempfile::TempDir,
        upstream: &str,
        transport: Arc<dyn Transport>,
        settings: impl FnOnce(RecorderBuilder) -> RecorderBuilder,
    ) -> Self {
        let notices: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&notices);
        let builder = builder(folder.path(), upstream)
            .transport(transport)
            .on_notice(move |notice| kept.lock().unwrap().push(notice.to_string()));
        let gateway = settings(builder).in_memory().expect("settings in order");
        Self { folder, router: gateway.router(), gateway, notices }
    }

    /// Another recorder in the same folder, after this one has gone.
    pub(crate) fn restarted(self, transport: Arc<dyn Transport>) -> Self {
        self.restarted_after(Duration::ZERO, transport)
    }

    /// The same, so long after the tests began.
    pub(crate) fn restarted_after(self, after: Duration, transport: Arc<dyn Transport>) -> Self {
        let Self { folder, gateway, router, .. } = self;
        drop((gateway, router));
        Self::in_folder(folder, UPSTREAM, transport, |it| it.clock(Clock::at(epoch() + after)))
    }

    pub(crate) fn notices(&self) -> Vec<String> {
        let folder = self.folder.path().display().to_string();
        self.notices.lock().unwrap().iter().map(|text| text.replace(&folder, "DIR")).collect()
    }

    pub(crate) fn request(&self, method: Method, path: &str, body: &Value) -> Request<Body> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.gateway.key()))
            .header("content-type", "application/json")
            .body(Body::from(body))
            .expect("a request")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Relayed {
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.expect("a body").to_bytes().to_vec();
        // Whatever a client gets, the gateway's key is not in it.
        assert!(!String::from_utf8_lossy(&body).contains(KEY), "the key is in a response");
        Relayed { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Relayed {
        self.send(self.request(Method::GET, path, &Value::Null)).await
    }

    pub(crate) async fn create(&self, prompt: &str) -> Relayed {
        self.send(self.request(Method::POST, PREDICTIONS, &asked(prompt))).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Relayed {
        self.send(self.request(Method::DELETE, path, &Value::Null)).await
    }

    /// Lets time pass until there is a recording that satisfies `done`.
    pub(crate) async fn recorded(&self, done: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..600 {
            if let Some(found) = self.recordings().into_iter().find(&done) {
                // Its notice follows: a paused clock goes on only when no thread writes any more.
                tokio::time::sleep(Duration::from_millis(1)).await;
                self.assert_no_key();
                return found;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("no such recording: {:#?} {:#?}", self.recordings(), self.notices());
    }

    /// Lets time pass until a recording can be replayed.
    pub(crate) async fn complete(&self) -> Value {
        self.recorded(|recording| recording.get("incomplete").is_none()).await
    }

    /// Lets time pass until a prediction's end is recorded, though it cannot be replayed.
    pub(crate) async fn incomplete(&self, why: &str) -> Value {
        self.recorded(|recording| recording["incomplete"].to_string().contains(why)).await
    }

    pub(crate) fn recordings(&self) -> Vec<Value> {
        let mut paths: Vec<_> = fs::read_dir(self.folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|end| end == "json"))
            .collect();
        paths.sort();
        let read = |path: &std::path::PathBuf| fs::read(path).expect("a recording");
        paths.iter().map(|path| serde_json::from_slice(&read(path)).expect("JSON")).collect()
    }

    /// No file has a key of this run.
    pub(crate) fn assert_no_key(&self) {
        for entry in fs::read_dir(self.folder.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            let text = fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&text);
            for key in [KEY, self.gateway.key()] {
                assert!(!text.contains(key), "{} has a key", path.display());
            }
        }
        assert!(!format!("{:?}", self.notices()).contains(KEY));
    }
}

/// The body of a create.
pub(crate) fn asked(prompt: &str) -> Value {
    json!({"version": "owner/painter:0123abcd", "input": {"prompt": prompt}})
}

/// A prediction of the scripted gateway.
pub(crate) fn prediction(status: &str, more: &Value) -> Value {
    let mut prediction = json!({
        "id": "p1",
        "model": "owner/painter",
        "version": "0123abcd",
        "input": {"prompt": "a fox"},
        "status": status,
        "logs": "",
        "error": null,
        "created_at": "2023-11-14T22:13:20.100Z",
        "urls": {
            "get": "https://api.elsewhere.example/v1/predictions/p1",
            "cancel": "https://api.elsewhere.example/v1/predictions/p1/cancel",
            "stream": "https://stream.elsewhere.example/v1/files/abc",
            "web": "https://elsewhere.example/somebody/p1",
        },
        "source": "api",
    });
    let fields = prediction.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    prediction
}
