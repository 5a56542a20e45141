//! What every API request passes on its way out, and every answer on its way in.

mod open;

use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::BodyExt;
use memchr::memmem;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Body, Request, Response, ResponseBuilderExt, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use crate::client::Client;
use crate::transport::{Fail, Kind, Transport};

/// Stands where the key stood.
pub(crate) const HIDDEN: &str = "[redacted]";

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
    timeout: Duration,
    kept: Option<Kept>,
}

/// What a 2xx answer said, kept by a [`Gate`] for who would otherwise parse it again.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Option<Value>>>);

impl Kept {
    /// The JSON of the last 2xx answer, once.
    pub fn take(&self) -> Option<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, value: Value) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.settings.key.is_some() { "[redacted]" } else { "none" };
        f.debug_struct("Gate")
            .field("base_url", &self.settings.base_url.as_str())
            .field("key", &key)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate before this transport.
    pub fn new(transport: Arc<dyn Transport>, settings: GateSettings) -> Self {
        let timeout = settings.timeout;
        Self { transport, settings: Arc::new(settings), timeout, kept: None }
    }

    /// The same gate with another limit for one request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same gate, which puts the JSON of a 2xx answer there and `null` into its place, so that
    /// the generated client does not parse all of it a second time. For one request at a time.
    #[must_use]
    pub fn keeping(mut self, kept: &Kept) -> Self {
        self.kept = Some(kept.clone());
        self
    }

    /// The generated client behind this gate. `maker` only makes requests; it sends none.
    pub fn client(&self, maker: &reqwest::Client) -> Client {
        let base = self.settings.base_url.as_str().trim_end_matches('/');
        Client::new_with_client(base, maker.clone(), self.clone())
    }

    /// Sends a request and reads its whole answer.
    ///
    /// # Errors
    /// A [`Fail`] that says how far the request had come, with what came back.
    pub async fn send(&self, operation: &str, mut request: Request) -> Result<Response, Fail> {
        self.put_headers(&mut request)?;
        // A delete is answered without a body; everything else with JSON.
        let bodiless = request.method() == reqwest::Method::DELETE;
        let limit = request.timeout_mut().take().unwrap_or(self.timeout);
        let (method, url) = (request.method().clone(), request.url().clone());
        tracing::debug!(operation, %method, %url, "request");
        let start = Instant::now();
        let result = self.exchange(request, limit, bodiless).await;
        let millis = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
        match &result {
            Ok(answer) => {
                tracing::debug!(operation, status = answer.status().as_u16(), millis, "answer");
            }
            Err(fail) => tracing::debug!(operation, %fail, millis, "no usable answer"),
        }
        result
    }

    async fn exchange(
        &self,
        request: Request,
        limit: Duration,
        bodiless: bool,
    ) -> Result<Response, Fail> {
        // A limit too far to count is a year.
        let deadline = Instant::now() + limit.min(Duration::from_secs(365 * 24 * 3600));
        let timed_out = || Fail::new(Kind::Timeout, told(limit));
        let sent = tokio::time::timeout_at(deadline, self.transport.send(request)).await;
        let mut response = sent.map_err(|_| timed_out())??;
        let (status, mut headers) = (response.status(), std::mem::take(response.headers_mut()));
        headers.values_mut().for_each(|value| self.hide_key(value));
        let mut body = BytesMut::new();
        loop {
            let (kind, cause) = match tokio::time::timeout_at(deadline, response.chunk()).await {
                Ok(Ok(Some(chunk)))
                    if body.len() + chunk.len() > self.settings.max_answer_bytes =>
                {
                    let limit = self.settings.max_answer_bytes;
                    (Kind::TooLarge, format!("more than {limit} bytes").into())
                }
                Ok(Ok(Some(chunk))) => {
                    body.extend_from_slice(&chunk);
                    continue;
                }
                Ok(Ok(None)) => break,
                Ok(Err(error)) => (Kind::BodyCut, error.without_url().into()),
                Err(_) => (Kind::Timeout, told(limit).into()),
            };
            let fail = Fail { kind, cause: Some(cause), answer: None };
            return Err(fail.with_answer(status, headers, self.without_key(body.freeze())));
        }
        self.whole(response.url(), status, headers, self.without_key(body.freeze()), bodiless)
    }

    /// The answer with its body read. A 2xx must be JSON that can be read as a whole: what the
    /// generated client cannot decode would lose its status and headers there.
    fn whole(
        &self,
        url: &Url,
        status: StatusCode,
        headers: HeaderMap,
        mut body: Bytes,
        bodiless: bool,
    ) -> Result<Response, Fail> {
        if status.is_success() && !bodiless {
            match (serde_json::from_slice(&body), &self.kept) {
                (Ok(value), Some(kept)) => {
                    kept.put(value);
                    body = Bytes::from_static(b"null");
                }
                (Ok(_), None) => {}
                (Err(error), _) => {
                    return Err(Fail::new(Kind::NotJson, error).with_answer(status, headers, body));
                }
            }
        }
        // Without a URL reqwest would parse one that stands for none.
        let response = http::Response::builder().url(url.clone()).status(status);
        let mut response = response.body(Body::from(body)).expect("a status and a body fit");
        *response.headers_mut() = headers;
        Ok(Response::from(response))
    }

    /// A body without the key. Some servers repeat it in what they answer ("incorrect key: ..."),
    /// and from here on bodies go into errors, logs and files.
    fn without_key(&self, body: Bytes) -> Bytes {
        let Some(key) = self.findable_key() else { return body };
        let body = match memmem::find(&body, key.as_bytes()) {
            Some(_) => Bytes::from(String::from_utf8_lossy(&body).replace(key, HIDDEN)),
            None => body,
        };
        if !may_spell_a_key(&body) {
            return body;
        }
        let Ok(mut json) = serde_json::from_slice(&body) else { return body };
        if hide_in(&mut json, key) { Bytes::from(json.to_string()) } else { body }
    }

    fn hide_key(&self, value: &mut HeaderValue) {
        // Most headers are shorter than a key.
        let key = self.findable_key().filter(|key| key.len() <= value.len());
        if key.is_some_and(|key| memmem::find(value.as_bytes(), key.as_bytes()).is_some()) {
            *value = HeaderValue::from_static(HIDDEN);
        }
    }

    /// The key, if it is long enough not to be found in ordinary words.
    fn findable_key(&self) -> Option<&str> {
        const SHORTEST: usize = 8;
        let key = self.settings.key.as_ref().map(ExposeSecret::expose_secret);
        key.filter(|key| key.len() >= SHORTEST)
    }

    /// Whether a URL is of the base URL's own origin, to which alone the key goes.
    pub fn is_own(&self, url: &Url) -> bool {
        url.origin() == self.settings.base_url.origin()
    }

    fn put_headers(&self, request: &mut Request) -> Result<(), Fail> {
        let same_origin = self.is_own(request.url());
        let headers = request.headers_mut();
        // Progenitor adds the contract's own version, which no server knows.
        headers.remove("api-version");
        headers.insert(USER_AGENT, self.settings.user_agent.clone());
        let Some(key) = self.settings.key.as_ref().filter(|_| same_origin) else { return Ok(()) };
        let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose_secret()))
            .map_err(|_| Fail::new(Kind::NotSent, "the key does not fit into a header"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
        Ok(())
    }
}

/// Whether a body has escapes of JSON that stand for characters of a key, and are gone where it is
/// read.
fn may_spell_a_key(body: &[u8]) -> bool {
    [r"\u00", r"\/", r#"\""#, r"\\"]
        .iter()
        .any(|escape| memmem::find(body, escape.as_bytes()).is_some())
}

/// Takes the key out of all texts and names of a JSON value; whether there was one.
fn hide_in(json: &mut Value, key: &str) -> bool {
    match json {
        Value::String(text) => {
            let found = text.contains(key);
            if found {
                *text = text.replace(key, HIDDEN);
            }
            found
        }
        Value::Array(list) => list.iter_mut().fold(false, |any, item| hide_in(item, key) | any),
        Value::Object(map) => {
            let mut any = map.keys().any(|name| name.contains(key));
            if any {
                let named = |(name, item): (String, Value)| (name.replace(key, HIDDEN), item);
                *map = std::mem::take(map).into_iter().map(named).collect();
            }
            for item in map.values_mut() {
                any |= hide_in(item, key);
            }
            any
        }
        _ => false,
    }
}

fn told(limit: Duration) -> String {
    format!("the limit is {:.3} s", limit.as_secs_f64())
}

impl ClientHooks<Gate> for Client {
    async fn exec(&self, request: Request, info: &OperationInfo) -> reqwest::Result<Response> {
        use progenitor_client::ClientInfo;
        match self.inner().send(info.operation_id, request).await {
            Ok(response) => Ok(response),
            Err(fail) => Err(into_reqwest(fail).await),
        }
    }
}

/// Wraps a [`Fail`] into the error type that the generated client passes on; [`crate::fail_in`]
/// finds it again. `reqwest::Error` has no constructor, so a body that fails at once makes one.
async fn into_reqwest(fail: Fail) -> reqwest::Error {
    let failing = stream::once(ready(Err::<Bytes, Fail>(fail)));
    match Body::wrap_stream(failing).frame().await {
        Some(Err(error)) => error,
        _ => unreachable!("a body of one error yields that error first"),
    }
}
