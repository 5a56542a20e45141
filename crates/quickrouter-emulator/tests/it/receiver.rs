//! A receiver of webhooks in memory, which answers as planned.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use quickrouter_api::{Transport, TransportError, TransportErrorKind};
use serde_json::Value;
use sha2::Sha256;
use std::collections::VecDeque;
use std::sync::Mutex;
use tokio::time::Instant;

/// How a receiver answers once.
#[derive(Clone, Copy)]
pub(crate) enum Reply {
    Status(u16),
    Breaks,
    Never,
}

/// What it got.
#[derive(Clone)]
pub(crate) struct Got {
    pub(crate) at: Instant,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the signature is that of the secret, by the contract's words.
    pub(crate) fn verifies(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.", self.id(), self.header("webhook-timestamp")).as_bytes());
        mac.update(&self.body);
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        self.header("webhook-signature") == format!("v1,{signature}")
    }
}

/// A receiver in memory: it answers as planned, then with 200.
#[derive(Default)]
pub(crate) struct Receiver {
    got: Mutex<Vec<Got>>,
    replies: Mutex<VecDeque<Reply>>,
}

impl Receiver {
    pub(crate) fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub(crate) fn plans(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap().extend(replies);
    }
}

impl Transport for Receiver {
    fn send(
        &self,
        request: reqwest::Request,
    ) -> BoxFuture<'_, Result<reqwest::Response, TransportError>> {
        assert_eq!(request.method(), "POST");
        let body = request.body().and_then(reqwest::Body::as_bytes).expect("a body");
        self.got.lock().unwrap().push(Got {
            at: Instant::now(),
            url: request.url().to_string(),
            headers: request.headers().clone(),
            body: Bytes::copy_from_slice(body),
        });
        let reply = self.replies.lock().unwrap().pop_front().unwrap_or(Reply::Status(200));
        Box::pin(async move {
            match reply {
                Reply::Status(status) => {
                    let answer = http::Response::builder().status(status);
                    let answer = answer.header("location", "https://elsewhere.example/");
                    Ok(answer.body("").unwrap().into())
                }
                Reply::Breaks => {
                    Err(TransportError::new(TransportErrorKind::Interrupted, "broken"))
                }
                Reply::Never => std::future::pending().await,
            }
        })
    }
}
