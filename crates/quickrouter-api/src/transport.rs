//! The seam: the one trait through which HTTP leaves, and what can go wrong in it.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, StatusCode};

/// Any error, as a cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends one request and gives back its answer, body not yet read.
///
/// [`Network`](crate::Network) is the real one; a test can put an in-memory service in its place.
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
    /// An environment variable names the proxy for this request, and its value cannot be used: nothing
    /// was sent, neither through a proxy nor past it.
    UnusableProxy,
    /// The server certified that it has not processed the request (RFC 9113, section 8.7).
    Unprocessed,
    /// The connection broke after it was made: the other side may have acted.
    Interrupted,
    /// The answer began and broke off.
    BodyCut,
    /// No complete answer came in time: the other side may have acted.
    Timeout,
    /// The answer is larger than the limit.
    TooLarge,
    /// The body has a content coding that is not decoded here, or is no data of its coding.
    Coding,
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
            Kind::UnusableProxy => "the proxy cannot be used",
            Kind::Unprocessed => "the server has not processed the request",
            Kind::Interrupted => "the connection broke",
            Kind::BodyCut => "the answer broke off",
            Kind::Timeout => "no complete answer came in time",
            Kind::TooLarge => "the answer is larger than the limit",
            Kind::Coding => "the answer cannot be decoded",
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
