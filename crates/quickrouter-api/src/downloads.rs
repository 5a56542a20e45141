//! The second way out: outputs are fetched without the key, as a stream, with idle limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderValue, IF_RANGE, RANGE, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode, Url};

use crate::hidden::Hidden;
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
    /// The key to be taken out, where the server may know it.
    hidden: Option<Hidden>,
}

/// The rest of a body that broke off.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resume {
    /// The first byte that is missing.
    pub from: u64,
    /// The strong entity tag of what was read so far: the rest of anything else is of no use.
    pub validator: HeaderValue,
}

impl Resume {
    /// The rest from this byte on, of the body that had this entity tag.
    pub fn new(from: u64, validator: HeaderValue) -> Self {
        Self { from, validator }
    }
}

impl Downloads {
    /// Downloads through this transport; given up after `idle` without a byte.
    pub fn new(transport: Arc<dyn Transport>, user_agent: HeaderValue, idle: Duration) -> Self {
        Self { transport, user_agent, idle }
    }

    /// Asks for `url`, or for the rest of what it holds, and waits for the head of the answer.
    /// Redirects are not followed.
    ///
    /// # Errors
    /// A [`Fail`] when no answer came.
    pub async fn open(&self, url: Url, resume: Option<&Resume>) -> Result<Opened, Fail> {
        let shown = url.clone();
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        if let Some(Resume { from, validator }) = resume {
            let range = HeaderValue::try_from(format!("bytes={from}-"));
            headers.insert(RANGE, range.expect("a number fits into a header"));
            headers.insert(IF_RANGE, validator.clone());
        }
        tracing::debug!(url = %shown, "download");
        let opened = open(&*self.transport, request, self.idle, None).await?;
        tracing::debug!(url = %shown, status = opened.status.as_u16(), "download answered");
        Ok(opened)
    }
}

/// Sends `request` and waits for the head of its answer.
pub(crate) async fn open(
    transport: &dyn Transport,
    request: Request,
    idle: Duration,
    hidden: Option<Hidden>,
) -> Result<Opened, Fail> {
    let sent = tokio::time::timeout(idle, transport.send(request)).await;
    let response = sent.map_err(|_| stalled(idle))??;
    Ok(Opened {
        status: response.status(),
        headers: response.headers().clone(),
        chunks: Chunks { response, idle, hidden },
    })
}

impl Chunks {
    /// The next part of the body, `None` at its end.
    ///
    /// # Errors
    /// A [`Fail`] when the body broke off or no byte came for the idle limit.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fail> {
        loop {
            let chunk = match tokio::time::timeout(self.idle, self.response.chunk()).await {
                Ok(Ok(chunk)) => chunk,
                Ok(Err(error)) => return Err(Fail::new(Kind::BodyCut, error.without_url())),
                Err(_) => return Err(stalled(self.idle)),
            };
            let Some(hidden) = &mut self.hidden else { return Ok(chunk) };
            match chunk {
                // All of it may be held back: then it is the next one that tells.
                Some(chunk) => match hidden.pass(chunk) {
                    shown if shown.is_empty() => {}
                    shown => return Ok(Some(shown)),
                },
                None => return Ok(Some(hidden.rest()).filter(|rest| !rest.is_empty())),
            }
        }
    }
}

fn stalled(idle: Duration) -> Fail {
    Fail::new(Kind::Timeout, format!("no byte for {idle:?}"))
}
