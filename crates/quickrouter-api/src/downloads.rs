//! The second way out: outputs are fetched without the key, as a stream, with idle limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, IF_RANGE, RANGE, USER_AGENT};
use reqwest::{Method, Request, Response, StatusCode, Url};

use crate::content_coding::{self, Coding, Parts};
use crate::redact::Redactor;
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
    /// The headers; those of a decoded body have neither a content coding nor a length.
    pub headers: HeaderMap,
    /// The body, decoded.
    pub chunks: Chunks,
    /// Whether the body had a content coding. Ranges count the bytes of the coded one (RFC 9110,
    /// section 14.1.2), so what has come of a body with a coding cannot be continued by a range.
    pub coded: bool,
}

/// A body, chunk by chunk.
#[derive(Debug)]
pub struct Chunks {
    response: Response,
    parts: Parts,
    coding: Coding,
    ended: bool,
    idle: Duration,
    /// The key to be taken out, where the server may know it.
    redactor: Option<Redactor>,
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

    /// Asks for `url` and waits for the head of the answer. Redirects are not followed.
    ///
    /// # Errors
    /// A [`Fail`] when no answer came.
    pub async fn open(&self, url: Url) -> Result<Opened, Fail> {
        self.ask(url, None).await
    }

    /// Like [`open`](Self::open), for the rest of what `url` holds: `Range` with `If-Range`. A server
    /// that cannot do that answers the whole.
    ///
    /// # Errors
    /// A [`Fail`] when no answer came.
    pub async fn resume(&self, url: Url, rest: &Resume) -> Result<Opened, Fail> {
        self.ask(url, Some(rest)).await
    }

    async fn ask(&self, url: Url, rest: Option<&Resume>) -> Result<Opened, Fail> {
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
        tracing::debug!(url = %shown, status = opened.status.as_u16(), "download answered");
        Ok(opened)
    }
}

/// Sends `request` and waits for the head of its answer.
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
    /// A [`Fail`] when the body broke off, when no byte came for the idle limit, or when its content
    /// coding is not understood.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fail> {
        loop {
            let part = self.part().await?;
            let Some(redactor) = &mut self.redactor else { return Ok(part) };
            match part {
                // All of it may be held back until the next one shows what it is.
                Some(part) => match redactor.pass(part) {
                    shown if shown.is_empty() => {}
                    shown => return Ok(Some(shown)),
                },
                None => return Ok(Some(redactor.rest()).filter(|rest| !rest.is_empty())),
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
