//! The gate: every API request leaves through it, and every response is read by it.

mod api_key;
mod stream;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::future::BoxFuture;
use reqwest::header::{
    ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Body, Request, Response, ResponseBuilderExt, StatusCode, Url};
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::Instant;

use crate::content_coding::{self, Coding, Parts};
use crate::gate::api_key::ApiKey;
use crate::transport::{Transport, TransportError, TransportErrorKind};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// The settings of a [`Gate`].
#[derive(Clone)]
#[non_exhaustive]
pub struct GateSettings {
    /// The base URL. The key is sent to its origin only.
    pub base_url: Url,
    /// The API key, sent as a bearer token.
    pub key: Option<SecretString>,
    /// Sent as `User-Agent`.
    pub user_agent: HeaderValue,
    /// The time limit for one request, from connecting to the last byte of the response.
    pub timeout: Duration,
    /// The largest response body that is read, in bytes.
    pub max_response_bytes: usize,
}

impl GateSettings {
    /// Settings for this base URL: no key, a time-out of 60 s, bodies of up to 64 MiB.
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            key: None,
            user_agent: HeaderValue::from_static(concat!(
                "quickrouter-api/",
                env!("CARGO_PKG_VERSION")
            )),
            timeout: Duration::from_secs(60),
            max_response_bytes: 64 << 20,
        }
    }
}

/// Sends API requests: adds the headers, enforces the limits, reads the response.
#[derive(Clone)]
pub struct Gate {
    transport: Arc<dyn Transport>,
    settings: Arc<GateSettings>,
    key: Option<Arc<ApiKey>>,
    timeout: Duration,
    max_response_bytes: usize,
    /// Whether the key stays out of requests, also of those to the base URL's own origin.
    keyless: bool,
    kept: Option<CapturedResponse>,
}

/// Captures the 2xx response that a [`Gate`] reads, so that the caller can decode it without copying.
#[derive(Clone, Debug, Default)]
pub struct CapturedResponse(Arc<Mutex<Option<(HeaderMap, Bytes)>>>);

impl CapturedResponse {
    /// Takes the headers and body of the last 2xx response. The body may not be JSON.
    pub fn take(&self) -> Option<(HeaderMap, Bytes)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, headers: HeaderMap, body: Bytes) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((headers, body));
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.key.is_some() { "[redacted]" } else { "none" };
        f.debug_struct("Gate")
            .field("base_url", &self.settings.base_url.as_str())
            .field("key", &key)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate in front of this transport.
    pub fn new(transport: Arc<dyn Transport>, mut settings: GateSettings) -> Self {
        let timeout = settings.timeout;
        let max_response_bytes = settings.max_response_bytes;
        let key = settings.key.take().map(|key| Arc::new(ApiKey::new(key)));
        let settings = Arc::new(settings);
        Self { transport, settings, key, timeout, max_response_bytes, keyless: false, kept: None }
    }

    /// The same gate with another time limit for one request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same gate with another limit for the body of a response, in bytes.
    #[must_use]
    pub fn with_max_response_bytes(mut self, most: usize) -> Self {
        self.max_response_bytes = most;
        self
    }

    /// The same gate, but it sends the key nowhere. A response that repeats the key is still redacted.
    #[must_use]
    pub fn without_key(mut self) -> Self {
        self.keyless = true;
        self
    }

    /// Whether a text that is about to be sent or logged contains the key. A key of fewer than 8
    /// characters is not looked for.
    pub fn contains_key(&self, text: &[u8]) -> bool {
        self.key.as_ref().is_some_and(|key| key.is_in(text))
    }

    /// The same gate, but it stores the headers and body of a 2xx response in `kept` and passes no
    /// headers and the body `null` to the generated client. For one request at a time.
    #[must_use]
    pub fn capturing(mut self, kept: &CapturedResponse) -> Self {
        self.kept = Some(kept.clone());
        self
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// A [`TransportError`] that says how far the request got, with the response if one arrived.
    pub fn send(
        &self,
        operation: &'static str,
        mut request: Request,
    ) -> impl Future<Output = Result<Response, TransportError>> + Send {
        // The response to a delete has no body; every other one is JSON.
        let bodiless = request.method() == reqwest::Method::DELETE;
        // Taking it mutably allocates room for one, so only if there is one.
        let limit = request.timeout().copied().unwrap_or(self.timeout);
        if request.timeout().is_some() {
            *request.timeout_mut() = None;
        }
        let ready = self.put_headers(&mut request, "gzip");
        if ready.is_ok() {
            tracing::debug!(operation, method = %request.method(), url = %request.url(), "request");
        }
        // Handed over at once: every future that holds a request, or once held one, is that much larger.
        let sending = ready.map(|()| self.transport.send(request));
        async move {
            let start = Instant::now();
            let result = self.exchange(sending?, limit, bodiless).await;
            let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            match &result {
                Ok(response) => {
                    let status = response.status().as_u16();
                    tracing::debug!(operation, status, millis, "response");
                }
                Err(fail) => tracing::debug!(operation, %fail, millis, "no usable response"),
            }
            result
        }
    }

    async fn exchange(
        &self,
        sending: BoxFuture<'_, Result<Response, TransportError>>,
        limit: Duration,
        bodiless: bool,
    ) -> Result<Response, TransportError> {
        // A year stands for limits too large to add to an instant.
        let deadline = Instant::now() + limit.min(Duration::from_secs(365 * 24 * 3600));
        let timed_out = || TransportError::new(TransportErrorKind::Timeout, describe(limit));
        let sent = tokio::time::timeout_at(deadline, sending).await;
        let mut response = sent.map_err(|_| timed_out())??;
        let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
        self.redact_headers(&mut headers);
        let coding = Coding::of(&headers);
        let mut body = Bytes::new();
        let read = self.read(&mut response, &coding, &mut body);
        let failed = match tokio::time::timeout_at(deadline, read).await {
            Ok(read) => read.err(),
            Err(_) => Some(timed_out()),
        };
        let failed = failed.or_else(|| coding.refused().filter(|_| !body.is_empty()));
        if failed.is_none() {
            content_coding::clear(&coding, &mut headers);
        }
        let body = without_mark(body);
        let body = match &self.key {
            Some(key) => key.redact_body(body),
            None => body,
        };
        // A copy, so that a kept response does not keep the connection's buffer.
        let body = Bytes::copy_from_slice(&body);
        match failed {
            Some(fail) => Err(fail.with_response(status, headers, body)),
            None => self.whole(response.url(), status, headers, body, bodiless),
        }
    }

    /// Reads and decodes a body, as far as it arrives.
    async fn read(
        &self,
        response: &mut Response,
        coding: &Coding,
        body: &mut Bytes,
    ) -> Result<(), TransportError> {
        let (mut parts, mut raw) = (Parts::of_response(coding), Vec::new());
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|error| {
                TransportError::new(TransportErrorKind::BodyTruncated, error.without_url())
            })?;
            let ended = chunk.is_none();
            let chunk = chunk.unwrap_or_default();
            raw.push(chunk.clone());
            parts.push(chunk);
            loop {
                match parts.take(ended) {
                    Ok(Some(part)) => self.append(part, body)?,
                    Ok(None) => break,
                    Err(fail) => {
                        // A body that cannot be decoded is kept as received.
                        if fail.kind == TransportErrorKind::ContentCoding {
                            *body = raw.concat().into();
                        }
                        return Err(fail);
                    }
                }
            }
            if ended {
                return Ok(());
            }
        }
    }

    /// Appends a part to a body, up to the limit.
    fn append(&self, part: Bytes, body: &mut Bytes) -> Result<(), TransportError> {
        let most = self.max_response_bytes;
        if body.len() + part.len() > most {
            return Err(TransportError::new(
                TransportErrorKind::TooLarge,
                format!("more than {most} bytes"),
            ));
        }
        // Most bodies arrive in one chunk, which needs no copy.
        if body.is_empty() {
            *body = part;
            return Ok(());
        }
        let mut both = BytesMut::from(std::mem::take(body));
        both.extend_from_slice(&part);
        *body = both.freeze();
        Ok(())
    }

    /// The response with its body read. The body of a 2xx must be JSON, since the generated client
    /// loses status and headers when it cannot decode one. A captured body is decoded by the caller.
    fn whole(
        &self,
        url: &Url,
        status: StatusCode,
        mut headers: HeaderMap,
        mut body: Bytes,
        bodiless: bool,
    ) -> Result<Response, TransportError> {
        if status.is_success() && !bodiless {
            if let Some(kept) = &self.kept {
                kept.put(std::mem::take(&mut headers), body);
                body = Bytes::from_static(b"null");
            } else if let Err(error) = serde_json::from_slice::<Value>(&body) {
                return Err(TransportError::new(TransportErrorKind::NotJson, error)
                    .with_response(status, headers, body));
            }
        }
        // Without a URL, reqwest would parse a placeholder.
        let response = http::Response::builder().url(url.clone()).status(status);
        let mut response = response.body(Body::from(body)).expect("a status and a body fit");
        *response.headers_mut() = headers;
        Ok(Response::from(response))
    }

    /// The base URL.
    pub fn base_url(&self) -> &Url {
        &self.settings.base_url
    }

    /// Whether a URL has the base URL's origin, the only one that gets the key.
    pub fn is_own(&self, url: &Url) -> bool {
        let own = &self.settings.base_url;
        // Compared part by part, which copies nothing. A URL without a host has an opaque origin.
        let of = |url: &Url| url.host().is_some() && matches!(url.scheme(), "http" | "https");
        of(url)
            && url.scheme() == own.scheme()
            && url.host() == own.host()
            && url.port_or_known_default() == own.port_or_known_default()
    }

    fn put_headers(
        &self,
        request: &mut Request,
        coding: &'static str,
    ) -> Result<(), TransportError> {
        let with_key = !self.keyless && self.is_own(request.url());
        let headers = request.headers_mut();
        // Progenitor adds the contract's version, which no server knows.
        headers.remove(API_VERSION);
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
        if let Some(key) = self.key.as_ref().filter(|_| with_key) {
            headers.insert(AUTHORIZATION, key.header()?);
        }
        Ok(())
    }

    fn redact_headers(&self, headers: &mut HeaderMap) {
        if let Some(key) = &self.key {
            headers.values_mut().for_each(|value| key.redact_header(value));
        }
    }
}

/// Strips the byte order mark that some relays put before JSON. RFC 8259 permits ignoring it; a
/// parser that does not would see no JSON, and the key in it would not be found.
fn without_mark(body: Bytes) -> Bytes {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if body.starts_with(MARK) { body.slice(MARK.len()..) } else { body }
}

fn describe(limit: Duration) -> String {
    format!("the limit is {:.3} s", limit.as_secs_f64())
}
