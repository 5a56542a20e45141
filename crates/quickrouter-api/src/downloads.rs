//! The second way out: outputs are fetched without the key, as a stream, with idle limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode, Url};

use crate::transport::{Fail, Kind, Transport};

/// Fetches outputs. It knows no key, so none can leak.
#[derive(Clone)]
pub struct Downloads {
    transport: Arc<dyn Transport>,
    user_agent: HeaderValue,
    idle: Duration,
}

impl fmt::Debug for Downloads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Downloads").field("idle", &self.idle).finish_non_exhaustive()
    }
}

/// An answer whose body is still to be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub chunks: Chunks,
}

/// A body, chunk by chunk.
#[derive(Debug)]
pub struct Chunks {
    response: Response,
    idle: Duration,
}

impl Downloads {
    /// Downloads through this transport; given up after `idle` without a byte.
    pub fn new(transport: Arc<dyn Transport>, user_agent: HeaderValue, idle: Duration) -> Self {
        Self { transport, user_agent, idle }
    }

    /// Asks for `url` and waits for the head of the answer. Redirects are not followed.
    ///
    /// # Errors
    /// A [`Fail`] when no answer came.
    pub async fn open(&self, url: Url) -> Result<Opened, Fail> {
        let shown = url.clone();
        let mut request = Request::new(Method::GET, url);
        request.headers_mut().insert(USER_AGENT, self.user_agent.clone());
        tracing::debug!(url = %shown, "download");
        let sent = tokio::time::timeout(self.idle, self.transport.send(request)).await;
        let response = sent.map_err(|_| stalled(self.idle))??;
        tracing::debug!(url = %shown, status = response.status().as_u16(), "download answered");
        Ok(Opened {
            status: response.status(),
            headers: response.headers().clone(),
            chunks: Chunks { response, idle: self.idle },
        })
    }
}

impl Chunks {
    /// The next part of the body, `None` at its end.
    ///
    /// # Errors
    /// A [`Fail`] when the body broke off or no byte came for the idle limit.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fail> {
        match tokio::time::timeout(self.idle, self.response.chunk()).await {
            Ok(Ok(chunk)) => Ok(chunk),
            Ok(Err(error)) => Err(Fail::new(Kind::BodyCut, error.without_url())),
            Err(_) => Err(stalled(self.idle)),
        }
    }
}

fn stalled(idle: Duration) -> Fail {
    Fail::new(Kind::Timeout, format!("no byte for {idle:?}"))
}
