//! What every API request passes on its way out, and every answer on its way in.

use std::fmt;
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use http_body_util::BodyExt;
use progenitor_client::{ClientHooks, OperationInfo};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Body, Request, Response, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::time::Instant;

use crate::client::Client;
use crate::transport::{Fail, Kind, Transport};

/// Stands where the key stood.
const HIDDEN: &str = "[redacted]";

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
    settings: GateSettings,
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = if self.settings.key.is_some() { "[redacted]" } else { "none" };
        f.debug_struct("Gate")
            .field("base_url", &self.settings.base_url.as_str())
            .field("key", &key)
            .field("timeout", &self.settings.timeout)
            .finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate before this transport.
    pub fn new(transport: Arc<dyn Transport>, settings: GateSettings) -> Self {
        Self { transport, settings }
    }

    /// The same gate with another limit for one request.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.settings.timeout = timeout;
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
        let limit = request.timeout_mut().take().unwrap_or(self.settings.timeout);
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
        let (status, mut headers) = (response.status(), response.headers().clone());
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
        whole(status, headers, self.without_key(body.freeze()), bodiless)
    }

    /// A body without the key. Some servers repeat it in what they answer ("incorrect key: ..."),
    /// and from here on bodies go into errors, logs and files.
    fn without_key(&self, body: Bytes) -> Bytes {
        let Some(key) = self.findable_key() else { return body };
        let text = String::from_utf8_lossy(&body);
        let hidden = text.contains(key).then(|| Bytes::from(text.replace(key, HIDDEN)));
        let body = hidden.unwrap_or(body);
        // JSON can spell the key with escapes, which are gone where it is read.
        if !body.contains(&b'\\') {
            return body;
        }
        let Ok(mut json) = serde_json::from_slice(&body) else { return body };
        if hide_in(&mut json, key) { Bytes::from(json.to_string()) } else { body }
    }

    fn hide_key(&self, value: &mut HeaderValue) {
        let key = self.findable_key();
        if key.is_some_and(|key| String::from_utf8_lossy(value.as_bytes()).contains(key)) {
            *value = HeaderValue::from_static(HIDDEN);
        }
    }

    /// The key, if it is long enough not to be found in ordinary words.
    fn findable_key(&self) -> Option<&str> {
        const SHORTEST: usize = 8;
        let key = self.settings.key.as_ref().map(ExposeSecret::expose_secret);
        key.filter(|key| key.len() >= SHORTEST)
    }

    fn put_headers(&self, request: &mut Request) -> Result<(), Fail> {
        let same_origin = request.url().origin() == self.settings.base_url.origin();
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

/// The answer with its body read. A 2xx must be JSON that can be read as a whole: what the
/// generated client cannot decode would lose its status and headers there.
fn whole(
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    bodiless: bool,
) -> Result<Response, Fail> {
    if status.is_success()
        && !bodiless
        && let Err(error) = serde_json::from_slice::<Value>(&body)
    {
        return Err(Fail::new(Kind::NotJson, error).with_answer(status, headers, body));
    }
    let mut response = http::Response::new(Body::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    Ok(Response::from(response))
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
