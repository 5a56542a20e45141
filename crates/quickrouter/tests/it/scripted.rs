//! A transport that responds by a script and records its requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use futures_util::future::{BoxFuture, FutureExt};
use http_body_util::BodyExt;
use quickrouter::transport::{Transport, TransportError, TransportErrorKind};
use quickrouter::{Client, ClientBuilder};
use serde_json::{Value, json};

pub(crate) const KEY: &str = "qr-test-0123456789";
pub(crate) const ID: &str = "abc123";

/// What happens to the next request.
#[derive(Clone)]
pub(crate) enum Step {
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: Vec<u8>,
    },
    Fails(TransportErrorKind),
    /// A response whose body is cut off after this much.
    Cut {
        body: &'static str,
    },
    /// A 200 response whose body does something while it is read.
    Doing(Arc<dyn Fn() -> reqwest::Body + Send + Sync>),
    /// A 200 response with these headers whose body is cut off.
    Breaking {
        headers: Vec<(&'static str, String)>,
        body: Arc<dyn Fn() -> reqwest::Body + Send + Sync>,
    },
    /// A 200 response with an event stream.
    Events(Arc<dyn Fn() -> reqwest::Body + Send + Sync>),
    /// No response, ever.
    Silence,
}

pub(crate) fn answer(status: u16, body: &Value) -> Step {
    Step::Answer { status, headers: Vec::new(), body: body.to_string().into_bytes() }
}

pub(crate) fn raw(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Step {
    Step::Answer {
        status,
        headers: vec![("content-type", media_type.to_owned())],
        body: body.into(),
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer { status, body, .. } => {
                write!(f, "{status} {}", String::from_utf8_lossy(body))
            }
            Self::Fails(kind) => write!(f, "{kind:?}"),
            Self::Cut { body } => write!(f, "{body}, and no more"),
            Self::Doing(_) => f.write_str("a body that does something"),
            Self::Breaking { headers, .. } => write!(f, "{headers:?} and a body that breaks off"),
            Self::Events(_) => f.write_str("events"),
            Self::Silence => f.write_str("silence"),
        }
    }
}

impl Step {
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value.to_owned()));
        }
        self
    }
}

/// A prediction as the gateway returns it.
pub(crate) fn prediction(status: &str) -> Value {
    json!({"id": ID, "status": status, "model": "stability-ai/sdxl", "logs": "", "error": null})
}

pub(crate) fn succeeded(outputs: &[&str]) -> Value {
    let mut body = prediction("succeeded");
    body["output"] = json!(outputs);
    body
}

/// The record of an uploaded file, in Replicate's format.
pub(crate) fn uploaded() -> Value {
    json!({
        "id": "file-1", "name": "in.png", "content_type": "image/png", "size": 8, "etag": "e1",
        "checksums": {"sha256": "00"}, "metadata": {}, "created_at": "2026-11-24T10:00:00.123Z",
        "expires_at": "2026-11-25T10:00:00.123Z",
        "urls": {"get": "https://api.replicate.com/v1/files/file-1"}
    })
}

/// One request as sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    /// A streamed body.
    pub(crate) streamed: String,
    pub(crate) key: Option<String>,
}

impl Sent {
    /// Method, path, headers without the key, body: for snapshots.
    pub(crate) fn shown(&self) -> String {
        let headers: String =
            self.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        let body = match &self.body {
            Value::Null if self.streamed.is_empty() => String::new(),
            Value::Null => format!("\n{}", self.streamed),
            body => format!("\n{}", serde_json::to_string_pretty(body).unwrap()),
        };
        format!("{} {}\n{headers}{body}", self.method, self.url)
    }
}

#[derive(Default)]
pub(crate) struct Script {
    steps: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<Sent>>,
}

impl Script {
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>) -> Arc<Self> {
        Arc::new(Self { steps: Mutex::new(steps.into_iter().collect()), sent: Mutex::default() })
    }

    /// A builder of a client that uses this script.
    pub(crate) fn builder(self: &Arc<Self>) -> ClientBuilder {
        Client::builder().api_key(KEY).user_agent("tests").transport(self.clone())
    }

    pub(crate) fn client(self: &Arc<Self>) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }

    /// `POST path` for every request, in order.
    pub(crate) fn calls(&self) -> Vec<String> {
        let line = |sent: &Sent| {
            let url = reqwest::Url::parse(&sent.url).unwrap();
            format!("{} {}", sent.method, url.path().trim_start_matches("/replicate"))
        };
        self.sent().iter().map(line).collect()
    }

    /// The number of creates sent.
    pub(crate) fn creates(&self) -> usize {
        self.calls().iter().filter(|c| c.starts_with("POST") && !c.ends_with("/cancel")).count()
    }

    /// Reads the streamed body of the last request.
    async fn read(&self, body: reqwest::Body) -> Result<(), TransportError> {
        let body = body
            .collect()
            .await
            .map_err(|error| TransportError::new(TransportErrorKind::Interrupted, error))?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        self.sent.lock().unwrap().last_mut().unwrap().streamed = text;
        Ok(())
    }

    fn take(&self, request: &reqwest::Request) -> Step {
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        let key = request.headers().get("authorization").map(text);
        let headers = request.headers().iter().filter(|(name, _)| *name != "authorization");
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_string(),
            url: request.url().to_string(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: serde_json::from_slice(body).unwrap_or_default(),
            streamed: String::new(),
            key,
        });
        let step = self.steps.lock().unwrap().pop_front();
        let list = request.method() == "GET" && request.url().path().ends_with("/predictions");
        match step {
            // By default the scripted gateway does not relay the list.
            None if list => answer(404, &json!({"error": {"message": "Invalid URL"}})),
            step => step.expect("a request more than the script has steps"),
        }
    }
}

impl Transport for Script {
    fn send(
        &self,
        mut request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        let step = self.take(&request);
        let body = request.body_mut().take().filter(|body| body.as_bytes().is_none());
        async move {
            if let Some(body) = body {
                self.read(body).await?;
            }
            let (status, headers, body) = match step {
                Step::Answer { status, headers, body } => (status, headers, body.into()),
                Step::Fails(kind) => return Err(TransportError::new(kind, "as the script says")),
                Step::Cut { body } => (201, Vec::new(), cut(body)),
                Step::Doing(body) => (200, Vec::new(), body()),
                Step::Breaking { headers, body } => (200, headers, body()),
                Step::Events(body) => {
                    let media_type = "text/event-stream; charset=utf-8".to_owned();
                    (200, vec![("content-type", media_type)], body())
                }
                Step::Silence => std::future::pending().await,
            };
            let mut response = http::Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(body).unwrap().into())
        }
        .boxed()
    }
}

pub(crate) fn cut(body: &'static str) -> reqwest::Body {
    let parts = [Ok(body), Err(std::io::Error::other("reset by the script"))];
    reqwest::Body::wrap_stream(futures_util::stream::iter(parts))
}
