//! [`RawResponse`]: the response to a [`RawRequest`](crate::RawRequest), whatever its status.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::text::printable::excerpt;

/// The response to a [`RawRequest`](crate::RawRequest), with any status: 404, 500 and a redirect are
/// responses, too. A key that the server repeats is redacted.
#[derive(Clone)]
pub struct RawResponse {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
    request_id: Option<String>,
}

impl RawResponse {
    /// A response made of these parts, for tests of what reads one.
    pub fn new(status: u16, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { status, headers, body: body.into(), request_id: None }
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.request_id = id;
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Whether the status is 2xx. A gateway of the family may report a failure with 200 in its body.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The first header of this name, if it is text. Case does not matter.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The whole body, decoded.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The whole body, decoded.
    pub fn into_body(self) -> Vec<u8> {
        self.body.into()
    }

    /// The body as text; what is not UTF-8 is replaced. It comes from outside: see
    /// [`one_line`](crate::text::one_line).
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The request id, for the gateway's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("status", &self.status)
            .field("headers", &self.headers)
            .field("body", &excerpt(&self.body))
            .field("request_id", &self.request_id)
            .finish()
    }
}
