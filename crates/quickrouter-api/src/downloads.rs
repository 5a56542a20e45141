//! Downloads outputs without the key, as streams with an idle time-out.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_RANGE, RANGE, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode, Url};

use crate::content_coding::{self, Coding, Parts};
use crate::redact::Redactor;
use crate::transport::{Fail, Kind, Transport};

/// Downloads outputs. It has no key, so none can leak.
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

/// A response whose body is still to be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers. Those of a decoded body include neither a content coding nor a length.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub chunks: Chunks,
    /// Whether the body had a content coding. Ranges count coded bytes (RFC 9110, section 14.1.2), so a
    /// coded body cannot be resumed by a range.
    pub coded: bool,
}

/// A body, read chunk by chunk.
#[derive(Debug)]
pub struct Chunks {
    response: Response,
    parts: Parts,
    coding: Coding,
    ended: bool,
    idle: Duration,
    /// Redacts the key, if the server may know it.
    redactor: Option<Redactor>,
}

/// Where to resume a body that broke off.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Resume {
    /// The first missing byte.
    pub from: u64,
    /// The strong entity tag of the part already read; the rest of anything else would not fit.
    pub validator: HeaderValue,
}

impl Resume {
    /// Resumes at this byte, if the body still has this entity tag.
    pub fn new(from: u64, validator: HeaderValue) -> Self {
        Self { from, validator }
    }
}

impl Downloads {
    /// Downloads through this transport. A download fails after `idle` without a byte.
    pub fn new(transport: Arc<dyn Transport>, user_agent: HeaderValue, idle: Duration) -> Self {
        Self { transport, user_agent, idle }
    }

    /// Requests `url` and waits for the head of the response. Redirects are not followed.
    ///
    /// # Errors
    /// A [`Fail`] if no response arrived.
    pub async fn open(&self, url: Url) -> Result<Opened, Fail> {
        self.request(url, None).await
    }

    /// Like [`open`](Self::open), but requests the rest of a body with `Range` and `If-Range`. A server
    /// that does not support this sends the whole.
    ///
    /// # Errors
    /// A [`Fail`] if no response arrived.
    pub async fn resume(&self, url: Url, rest: &Resume) -> Result<Opened, Fail> {
        self.request(url, Some(rest)).await
    }

    async fn request(&self, url: Url, rest: Option<&Resume>) -> Result<Opened, Fail> {
        let shown = url.clone();
        let mut request = Request::new(Method::GET, url);
        let headers = request.headers_mut();
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(Resume { from, validator }) = rest {
            let range = HeaderValue::try_from(format!("bytes={from}-"));
            headers.insert(RANGE, range.expect("a number fits into a header"));
            headers.insert(IF_RANGE, validator.clone());
        }
        tracing::debug!(url = %shown, "download");
        let opened = open(&*self.transport, request, self.idle, None).await?;
        tracing::debug!(url = %shown, status = opened.status.as_u16(), "download response");
        Ok(opened)
    }
}

/// Sends `request` and waits for the head of the response.
pub(crate) async fn open(
    transport: &dyn Transport,
    request: Request,
    idle: Duration,
    redactor: Option<Redactor>,
) -> Result<Opened, Fail> {
    let sent = tokio::time::timeout(idle, transport.send(request)).await;
    let mut response = sent.map_err(|_| stalled(idle))??;
    let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
    let coding = Coding::of_file(&headers);
    if coding.refused().is_none() {
        content_coding::clear(&coding, &mut headers);
    }
    let coded = coding != Coding::Plain;
    let parts = Parts::new(&coding);
    let chunks = Chunks { response, parts, coding, ended: false, idle, redactor };
    Ok(Opened { status, headers, chunks, coded })
}

impl Chunks {
    /// The next part of the body, `None` at its end.
    ///
    /// # Errors
    /// A [`Fail`] if the body broke off, no byte arrived within the idle time-out, or the content
    /// coding is not supported.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fail> {
        loop {
            let part = self.part().await?;
            let Some(redactor) = &mut self.redactor else { return Ok(part) };
            match part {
                // The whole part may be held back until the next one arrives.
                Some(part) => match redactor.push(part) {
                    shown if shown.is_empty() => {}
                    shown => return Ok(Some(shown)),
                },
                None => return Ok(Some(redactor.finish()).filter(|rest| !rest.is_empty())),
            }
        }
    }

    /// The next part, decoded.
    async fn part(&mut self) -> Result<Option<Bytes>, Fail> {
        loop {
            if let Some(part) = self.parts.take(self.ended)? {
                return Ok(Some(part));
            }
            if self.ended {
                return Ok(None);
            }
            match tokio::time::timeout(self.idle, self.response.chunk()).await {
                // An empty body has no coding, whatever its headers say.
                Ok(Ok(Some(chunk))) if !chunk.is_empty() => match self.coding.refused() {
                    Some(refused) => return Err(refused),
                    None => self.parts.push(chunk),
                },
                Ok(Ok(Some(_))) => {}
                Ok(Ok(None)) => self.ended = true,
                Ok(Err(error)) => return Err(Fail::new(Kind::BodyCut, error.without_url())),
                Err(_) => return Err(stalled(self.idle)),
            }
        }
    }
}

fn stalled(idle: Duration) -> Fail {
    Fail::new(Kind::Timeout, format!("no byte for {idle:?}"))
}
