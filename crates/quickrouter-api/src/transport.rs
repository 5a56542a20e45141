//! The seam: the one trait through which HTTP leaves, and what can go wrong in it.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use futures_util::future::{BoxFuture, FutureExt};
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, StatusCode};

/// Any error, as a cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends one request and gives back its answer, body not yet read.
///
/// [`Network`] is the real one; a test can put an in-memory service in its place.
pub trait Transport: Send + Sync {
    /// Sends `request`. Follows no redirect and sends nothing twice.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Fail>>;
}

/// How far a request had come when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// No connection was made: the other side has seen nothing.
    NotSent,
    /// A connection was made and not trusted, for want of a good certificate or of TLS: the request
    /// was not sent.
    Untrusted,
    /// The connection broke after it was made: the other side may have acted.
    Interrupted,
    /// The answer began and broke off.
    BodyCut,
    /// No complete answer came in time: the other side may have acted.
    Timeout,
    /// The answer is larger than the limit.
    TooLarge,
    /// A 2xx answer whose body is not JSON.
    NotJson,
}

/// An answer, as far as it was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the part of it that came.
    pub body: Bytes,
}

impl Answer {
    /// An answer of these parts.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }
}

/// A request that got no usable answer.
#[derive(Debug)]
#[non_exhaustive]
pub struct Fail {
    /// How far it had come.
    pub kind: Kind,
    /// What the library below said.
    pub cause: Option<BoxError>,
    /// What came back, where something did.
    pub answer: Option<Box<Answer>>,
}

impl Fail {
    /// A failure with its cause.
    pub fn new(kind: Kind, cause: impl Into<BoxError>) -> Self {
        Self { kind, cause: Some(cause.into()), answer: None }
    }

    pub(crate) fn with_answer(
        mut self,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        self.answer = Some(Box::new(Answer { status, headers, body }));
        self
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::NotSent => "no connection could be made",
            Kind::Untrusted => "the connection cannot be trusted",
            Kind::Interrupted => "the connection broke",
            Kind::BodyCut => "the answer broke off",
            Kind::Timeout => "no complete answer came in time",
            Kind::TooLarge => "the answer is larger than the limit",
            Kind::NotJson => "the answer is not JSON",
        })?;
        // The innermost cause says what happened; those around it repeat the URL.
        let mut cause = self.cause.as_deref().map(|cause| cause as &dyn StdError);
        while let Some(inner) = cause.and_then(StdError::source) {
            cause = Some(inner);
        }
        cause.map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl StdError for Fail {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Finds the [`Fail`] that an error carries.
pub fn fail_in<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Fail> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fail) = error.downcast_ref::<Fail>() {
            return Some(fail);
        }
        next = error.source();
    }
    None
}

/// The real network, by reqwest.
#[derive(Clone, Debug)]
pub struct Network {
    client: reqwest::Client,
    loopback: Option<reqwest::Client>,
}

impl Network {
    /// Completes `builder` with what the seam relies on: no redirects, no retries of its own, no
    /// total time-out (the seam keeps it), and a connect time-out.
    ///
    /// # Errors
    /// When reqwest cannot build a client, for example without a TLS back end.
    pub fn new(
        builder: reqwest::ClientBuilder,
        connect_timeout: std::time::Duration,
    ) -> reqwest::Result<Self> {
        Ok(Self { client: completed(builder, connect_timeout)?, loopback: None })
    }

    /// Another client for addresses of this machine, which no proxy can reach.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn to_loopback(
        mut self,
        builder: reqwest::ClientBuilder,
        connect_timeout: std::time::Duration,
    ) -> reqwest::Result<Self> {
        self.loopback = Some(completed(builder, connect_timeout)?);
        Ok(self)
    }
}

fn completed(
    builder: reqwest::ClientBuilder,
    connect_timeout: std::time::Duration,
) -> reqwest::Result<reqwest::Client> {
    builder
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .connect_timeout(connect_timeout)
        .build()
}

/// Whether a URL's host is this machine by its name or address.
pub fn is_loopback(url: &reqwest::Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

impl Network {
    fn client_for(&self, url: &reqwest::Url) -> &reqwest::Client {
        self.loopback.as_ref().filter(|_| is_loopback(url)).unwrap_or(&self.client)
    }
}

impl Transport for Network {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, Fail>> {
        #[expect(clippy::disallowed_methods, reason = "the one place where HTTP leaves")]
        let answer = self.client_for(request.url()).execute(request);
        async move { answer.await.map_err(|error| Fail::new(kind_of(&error), error.without_url())) }
            .boxed()
    }
}

fn kind_of(error: &reqwest::Error) -> Kind {
    if error.is_connect() && is_untrusted(error) {
        Kind::Untrusted
    } else if error.is_connect() || error.is_builder() {
        Kind::NotSent
    } else if error.is_timeout() {
        Kind::Timeout
    } else {
        Kind::Interrupted
    }
}

/// Whether TLS failed on a connection that was made: rustls tells it as data that is not valid.
fn is_untrusted(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        // What an I/O error wraps is not its source.
        let wrapped = io.and_then(std::io::Error::get_ref).map(|error| error as &dyn StdError);
        next = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    false
}
