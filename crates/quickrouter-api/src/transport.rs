//! The seam: the trait that all HTTP goes through, and its failures.

use std::error::Error as StdError;
use std::fmt;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response, StatusCode};

/// Any error, as a cause.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Sends one request and returns its response with the body unread.
///
/// [`Network`](crate::Network) is the real one; tests can use an in-memory service instead.
pub trait Transport: Send + Sync {
    /// Sends `request` once. Follows no redirects.
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>>;
}

/// Why a request failed, and how far it had got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was made: the server has seen nothing.
    NotSent,
    /// TLS failed or the server's certificate is not trusted: the request was not sent.
    Untrusted,
    /// The environment variable that names the proxy for this request has an unusable value: nothing
    /// was sent, neither through the proxy nor around it.
    UnusableProxy,
    /// The server guaranteed that it did not process the request (RFC 9113, section 8.7).
    Unprocessed,
    /// The connection broke: the server may have acted.
    Interrupted,
    /// The response began and broke off.
    BodyTruncated,
    /// No complete response arrived in time: the server may have acted.
    Timeout,
    /// The response is larger than the limit.
    TooLarge,
    /// The body's content coding is not supported, or its data is damaged.
    ContentCoding,
    /// A 2xx response whose body is not JSON.
    NotJson,
}

/// A response, as far as it was read.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct BufferedResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, or the part of it that arrived.
    pub body: Bytes,
}

impl BufferedResponse {
    /// A response made of these parts.
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body }
    }
}

/// A request that got no usable response.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// Why it failed.
    pub kind: TransportErrorKind,
    /// The underlying error.
    pub cause: Option<BoxError>,
    /// The response, if one arrived.
    pub response: Option<Box<BufferedResponse>>,
}

impl TransportError {
    /// A failure with a cause.
    pub fn new(kind: TransportErrorKind, cause: impl Into<BoxError>) -> Self {
        Self { kind, cause: Some(cause.into()), response: None }
    }

    /// The innermost cause, which says what happened; the outer ones repeat the URL.
    pub fn innermost(&self) -> Option<&(dyn StdError + 'static)> {
        let mut cause = self.cause.as_deref().map(|cause| cause as &(dyn StdError + 'static));
        while let Some(inner) = cause.and_then(StdError::source) {
            cause = Some(inner);
        }
        cause
    }

    pub(crate) fn with_response(
        mut self,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        self.response = Some(Box::new(BufferedResponse { status, headers, body }));
        self
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::NotSent => "no connection could be made",
            TransportErrorKind::Untrusted => "the connection cannot be trusted",
            TransportErrorKind::UnusableProxy => "the proxy cannot be used",
            TransportErrorKind::Unprocessed => "the server has not processed the request",
            TransportErrorKind::Interrupted => "the connection broke",
            TransportErrorKind::BodyTruncated => "the response was cut off",
            TransportErrorKind::Timeout => "no complete response in time",
            TransportErrorKind::TooLarge => "the response is larger than the limit",
            TransportErrorKind::ContentCoding => "the response cannot be decoded",
            TransportErrorKind::NotJson => "the response is not JSON",
        })?;
        self.innermost().map_or(Ok(()), |cause| write!(f, " ({cause})"))
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

/// Finds the [`TransportError`] in an error's chain of sources.
pub fn transport_error_in<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a TransportError> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(fail) = error.downcast_ref::<TransportError>() {
            return Some(fail);
        }
        next = error.source();
    }
    None
}
