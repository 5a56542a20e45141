//! What every API request passes on its way out, and every answer on its way in.

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
use crate::transport::{Fail, Kind, Transport};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// What a [`Gate`] is made of.
#[derive(Clone)]
#[non_exhaustive]
pub struct GateSettings {
    /// The base URL; the key goes to its origin only.
    pub base_url: Url,
    /// The bearer key.
    pub key: Option<SecretString>,
    /// Sent as `User-Agent`.
    pub user_agent: HeaderValue,
    /// The limit for one request, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
}

impl GateSettings {
    /// Settings for this base URL: no key, 60 s, 64 MiB.
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            key: None,
            user_agent: HeaderValue::from_static(concat!(
                "quickrouter-api/",
                env!("CARGO_PKG_VERSION")
            )),
            timeout: Duration::from_secs(60),
            max_answer_bytes: 64 << 20,
        }
    }
}

/// The one way out for API requests: adds the headers, keeps the limits, reads the answer.
#[derive(Clone)]
pub struct Gate {
    transport: Arc<dyn Transport>,
    settings: Arc<GateSettings>,
    key: Option<Arc<ApiKey>>,
    timeout: Duration,
    kept: Option<Kept>,
}

/// What a 2xx answer said, kept by a [`Gate`] as it came, for who would otherwise copy it and parse
/// it once more.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Option<(HeaderMap, Bytes)>>>);

impl Kept {
    /// The headers and the body of the last 2xx answer, once. Nobody has looked whether it is JSON.
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
    /// A gate before this transport.
    pub fn new(transport: Arc<dyn Transport>, mut settings: GateSettings) -> Self {
        let timeout = settings.timeout;
        let key = settings.key.take().map(|key| Arc::new(ApiKey::new(key)));
        Self { transport, settings: Arc::new(settings), key, timeout, kept: None }
    }

    /// The same gate with another limit for one request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same gate, which puts headers and body of a 2xx answer there, and leaves none and `null`
    /// to the generated client. For one request at a time.
    #[must_use]
    pub fn keeping(mut self, kept: &Kept) -> Self {
        self.kept = Some(kept.clone());
        self
    }

    /// Sends a request and reads its whole answer.
    ///
    /// # Errors
    /// A [`Fail`] that says how far the request had come, with what came back.
    pub fn send(
        &self,
        operation: &'static str,
        mut request: Request,
    ) -> impl Future<Output = Result<Response, Fail>> + Send {
        // A delete is answered without a body; everything else with JSON.
        let bodiless = request.method() == reqwest::Method::DELETE;
        // To ask for it as mutable makes room for one, so only where there is one.
        let limit = request.timeout().copied().unwrap_or(self.timeout);
        if request.timeout().is_some() {
            *request.timeout_mut() = None;
        }
        let ready = self.put_headers(&mut request, "gzip");
        if ready.is_ok() {
            tracing::debug!(operation, method = %request.method(), url = %request.url(), "request");
        }
        // Out of here at once: each future that holds a request, or once held one, is so much larger.
        let sending = ready.map(|()| self.transport.send(request));
        async move {
            let start = Instant::now();
            let result = self.exchange(sending?, limit, bodiless).await;
            let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
            match &result {
                Ok(answer) => {
                    tracing::debug!(operation, status = answer.status().as_u16(), millis, "answer");
                }
                Err(fail) => tracing::debug!(operation, %fail, millis, "no usable answer"),
            }
            result
        }
    }

    async fn exchange(
        &self,
        sending: BoxFuture<'_, Result<Response, Fail>>,
        limit: Duration,
        bodiless: bool,
    ) -> Result<Response, Fail> {
        // A limit too far to count is a year.
        let deadline = Instant::now() + limit.min(Duration::from_secs(365 * 24 * 3600));
        let timed_out = || Fail::new(Kind::Timeout, told(limit));
        let sent = tokio::time::timeout_at(deadline, sending).await;
        let mut response = sent.map_err(|_| timed_out())??;
        let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
        self.hide_key(&mut headers);
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
            Some(key) => key.taken_out_of(body),
            None => body,
        };
        // A copy: what is kept of an answer is not to keep the buffer of the connection.
        let body = Bytes::copy_from_slice(&body);
        match failed {
            Some(fail) => Err(fail.with_answer(status, headers, body)),
            None => self.whole(response.url(), status, headers, body, bodiless),
        }
    }

    /// Reads a body out of its coding, as far as it comes.
    async fn read(
        &self,
        response: &mut Response,
        coding: &Coding,
        body: &mut Bytes,
    ) -> Result<(), Fail> {
        let (mut parts, mut raw) = (Parts::of_answer(coding), Vec::new());
        loop {
            let chunk = response.chunk().await;
            let chunk = chunk.map_err(|error| Fail::new(Kind::BodyCut, error.without_url()))?;
            let ended = chunk.is_none();
            let chunk = chunk.unwrap_or_default();
            raw.push(chunk.clone());
            parts.push(chunk);
            loop {
                match parts.take(ended) {
                    Ok(Some(part)) => self.append(part, body)?,
                    Ok(None) => break,
                    Err(fail) => {
                        // What cannot be decoded is kept as it was received.
                        if fail.kind == Kind::Coding {
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
    fn append(&self, part: Bytes, body: &mut Bytes) -> Result<(), Fail> {
        let most = self.settings.max_answer_bytes;
        if body.len() + part.len() > most {
            return Err(Fail::new(Kind::TooLarge, format!("more than {most} bytes")));
        }
        // Most come in one chunk, which then need not be copied.
        if body.is_empty() {
            *body = part;
            return Ok(());
        }
        let mut both = BytesMut::from(std::mem::take(body));
        both.extend_from_slice(&part);
        *body = both.freeze();
        Ok(())
    }

    /// The answer with its body read. A 2xx must be JSON that can be read as a whole: what the
    /// generated client cannot decode would lose its status and headers there. What is kept is for
    /// others to decode.
    fn whole(
        &self,
        url: &Url,
        status: StatusCode,
        mut headers: HeaderMap,
        mut body: Bytes,
        bodiless: bool,
    ) -> Result<Response, Fail> {
        if status.is_success() && !bodiless {
            if let Some(kept) = &self.kept {
                kept.put(std::mem::take(&mut headers), body);
                body = Bytes::from_static(b"null");
            } else if let Err(error) = serde_json::from_slice::<Value>(&body) {
                return Err(Fail::new(Kind::NotJson, error).with_answer(status, headers, body));
            }
        }
        // Without a URL reqwest would parse one that stands for none.
        let response = http::Response::builder().url(url.clone()).status(status);
        let mut response = response.body(Body::from(body)).expect("a status and a body fit");
        *response.headers_mut() = headers;
        Ok(Response::from(response))
    }

    /// The base URL.
    pub fn base_url(&self) -> &Url {
        &self.settings.base_url
    }

    /// Whether a URL is of the base URL's own origin, to which alone the key goes.
    pub fn is_own(&self, url: &Url) -> bool {
        let own = &self.settings.base_url;
        // Compared by their parts, which copies none. A URL without a host has an origin like no other.
        let of = |url: &Url| url.host().is_some() && matches!(url.scheme(), "http" | "https");
        of(url)
            && url.scheme() == own.scheme()
            && url.host() == own.host()
            && url.port_or_known_default() == own.port_or_known_default()
    }

    fn put_headers(&self, request: &mut Request, coding: &'static str) -> Result<(), Fail> {
        let same_origin = self.is_own(request.url());
        let headers = request.headers_mut();
        // Progenitor adds the contract's own version, which no server knows.
        headers.remove(API_VERSION);
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(coding));
        if let Some(key) = self.key.as_ref().filter(|_| same_origin) {
            headers.insert(AUTHORIZATION, key.header()?);
        }
        Ok(())
    }

    fn hide_key(&self, headers: &mut HeaderMap) {
        if let Some(key) = &self.key {
            headers.values_mut().for_each(|value| key.hide_in_header(value));
        }
    }
}

/// A body without the byte order mark that some relays put before JSON: RFC 8259 lets it be passed
/// over, and whoever takes it for a letter sees no JSON behind it, nor a key in that.
fn without_mark(body: Bytes) -> Bytes {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if body.starts_with(MARK) { body.slice(MARK.len()..) } else { body }
}

fn told(limit: Duration) -> String {
    format!("the limit is {:.3} s", limit.as_secs_f64())
}
