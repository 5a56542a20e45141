//! The gateway behind the recorder: every request to it is sent once, through the gate.

use crate::error::Error;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use quickrouter_api::{
    Downloads, Gate, GateSettings, StreamedResponse, Transport, TransportError, TransportErrorKind,
    is_loopback, routes,
};
use reqwest::{Request, Url};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

const USER_AGENT: HeaderValue =
    HeaderValue::from_static(concat!("quickrouter-emulator/", env!("CARGO_PKG_VERSION")));
/// Largest response that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;
/// A download, or a stream, ends after this time without a byte.
const IDLE: Duration = Duration::from_secs(30);
/// The gateway's streams send a comment now and then; this is longer than any documented pause.
const STREAM_IDLE: Duration = Duration::from_secs(180);

/// The gateway behind the recorder.
pub(super) struct Upstream {
    gate: Gate,
    downloads: Downloads,
    base: Url,
}

/// A response, read as a whole.
#[derive(Debug, Clone)]
pub(super) struct UpstreamResponse {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A request that got no usable response.
#[derive(Debug)]
pub(super) struct NoResponse {
    /// Whether the gateway is certain not to have seen it, or not to have processed it.
    pub(super) certainly_not_processed: bool,
    /// Whether sending it again could help.
    pub(super) again: bool,
    pub(super) why: String,
    /// What came of a response's body.
    pub(super) body: Bytes,
}

impl Upstream {
    pub(super) fn new(
        base: Url,
        key: SecretString,
        transport: Arc<dyn Transport>,
        timeout: Duration,
    ) -> Self {
        let mut settings = GateSettings::new(base.clone());
        settings.key = Some(key);
        settings.user_agent = USER_AGENT;
        settings.timeout = timeout;
        settings.max_response_bytes = MAX_RESPONSE_BYTES;
        let downloads = Downloads::new(Arc::clone(&transport), USER_AGENT, IDLE);
        Self { gate: Gate::new(transport, settings), downloads, base }
    }

    pub(super) fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The base URL, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// The URL of a path below the base URL; `None` if it leads elsewhere, such as by way of dots,
    /// which would make another request of it.
    pub(super) fn url(&self, below: &str) -> Option<Url> {
        let path = below.split('?').next().unwrap_or_default();
        let leads_elsewhere = path.contains('\\') || path.contains('#') || {
            let plain = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/");
            let plain = plain.replace("%5c", "/");
            plain.split('/').any(|segment| matches!(segment, "." | ".."))
        };
        let url = Url::parse(&format!("{}{below}", self.base())).ok()?;
        let inside =
            url.path().starts_with(&format!("{}/", self.base.path().trim_end_matches('/')));
        (!leads_elsewhere && inside && self.gate.is_own(&url)).then_some(url)
    }

    /// Sends a request once.
    pub(super) async fn send(
        &self,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<UpstreamResponse, NoResponse> {
        let mut request = Request::new(method, url);
        *request.headers_mut() = headers;
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let response =
            self.gate.send("relay", request).await.map_err(|error| unanswered(&error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| NoResponse {
            certainly_not_processed: false,
            again: true,
            why: error.without_url().to_string(),
            body: Bytes::new(),
        })?;
        Ok(UpstreamResponse { status, headers, body })
    }

    /// Reads something below the base URL.
    pub(super) async fn get(&self, below: &str) -> Result<UpstreamResponse, NoResponse> {
        let url = self.url(below).ok_or_else(|| NoResponse {
            certainly_not_processed: true,
            again: false,
            why: format!("{below:?} is no path below the base URL"),
            body: Bytes::new(),
        })?;
        self.send(Method::GET, url, HeaderMap::new(), Bytes::new()).await
    }

    /// Opens an event stream; another origin gets no key.
    pub(super) async fn stream(
        &self,
        url: Url,
        headers: HeaderMap,
    ) -> Result<StreamedResponse, TransportError> {
        let mut request = Request::new(Method::GET, url);
        *request.headers_mut() = headers;
        self.gate.open(routes::STREAM_PREDICTION.operation, request, STREAM_IDLE).await
    }

    /// Opens a download, without a key.
    pub(super) async fn download(&self, url: Url) -> Result<StreamedResponse, TransportError> {
        self.downloads.open(url).await
    }

    /// Whether an address that a gateway names may be fetched. One on this machine or in its network
    /// only if the gateway is there, too: a model's output must not reach what is not its own.
    pub(super) fn may_fetch(&self, url: &Url) -> bool {
        let local = is_local(url);
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && (!local || is_local(&self.base))
    }
}

/// Whether a URL's host is this machine or an address of its network, by its own words.
fn is_local(url: &Url) -> bool {
    is_loopback(url)
        || match url.host() {
            Some(host) => match host.to_string().trim_matches(['[', ']']).parse() {
                Ok(std::net::IpAddr::V4(ip)) => is_local_v4(ip),
                Ok(std::net::IpAddr::V6(ip)) => {
                    ip.is_unique_local()
                        || ip.is_unicast_link_local()
                        || ip.is_unspecified()
                        || ip.to_ipv4_mapped().is_some_and(is_local_v4)
                }
                // The dot at the end only says that the name is complete.
                Err(_) => {
                    let name = host.to_string();
                    let name = name.trim_end_matches('.');
                    name == "localhost" || name.ends_with(".localhost")
                }
            },
            None => false,
        }
}

fn is_local_v4(ip: std::net::Ipv4Addr) -> bool {
    ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
}

fn unanswered(error: &TransportError) -> NoResponse {
    let certainly_not_processed = matches!(
        error.kind,
        TransportErrorKind::NotSent
            | TransportErrorKind::Untrusted
            | TransportErrorKind::UnusableProxy
            | TransportErrorKind::Unprocessed
    );
    let why = match &error.response {
        Some(response) => format!("HTTP {}, {error}", response.status),
        None => error.to_string(),
    };
    let again =
        !matches!(error.kind, TransportErrorKind::Untrusted | TransportErrorKind::UnusableProxy);
    let body = error.response.as_ref().map(|response| response.body.clone()).unwrap_or_default();
    NoResponse { certainly_not_processed, again, why, body }
}

/// Reads the base URL of a gateway.
pub(super) fn parse_base(text: &str, allow_http: bool) -> Result<Url, Error> {
    let failed = |why: &str| Error::Upstream { why: why.to_owned() };
    let url = Url::parse(text.trim().trim_end_matches('/')).map_err(|_| failed("is not a URL"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(failed("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(failed("has a user name or a password; the key is passed on its own"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(failed("has a query or a fragment"));
    }
    let version = routes::CREATE_PREDICTION.path.split('/').nth(1).unwrap_or_default();
    let mut segments = url.path_segments().into_iter().flatten();
    if segments.any(|segment| segment == version) {
        return Err(failed(&format!("has /{version}, which the recorder appends")));
    }
    if url.scheme() == "http" && !is_loopback(&url) && !allow_http {
        return Err(failed("is plain http to another machine, which would show the key"));
    }
    Ok(url)
}
