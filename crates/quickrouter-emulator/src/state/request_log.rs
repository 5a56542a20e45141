//! Records requests and responses, for tests and for the page, within limits.

use crate::wire::json;
use crate::wire::paths::Side;
use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST, USER_AGENT,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How many exchanges are kept; then the oldest is dropped.
const MAX_COUNT: usize = 2_000;
/// How many bytes of bodies, headers and paths are kept; then the oldest exchange is dropped.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// How much of a body is kept, in bytes.
pub(crate) const BODY: usize = 64 * 1024;

/// Replaces a key.
const REDACTED: &str = "[redacted]";

/// A request to the emulator, and its response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// Its number, counted from 1.
    pub number: u64,
    /// When the request arrived, by the emulator's clock.
    pub at: SystemTime,
    /// How long the response took, up to its first byte.
    pub duration: Duration,
    /// The origin it was sent to.
    pub side: Side,
    /// The operation's id in the contract; `None` for what the contract does not know.
    pub operation: Option<&'static str>,
    /// `GET`, `POST`, ...
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The headers of the request, with the key redacted.
    pub headers: HeaderMap,
    /// Whether the request carried a key.
    pub had_key: bool,
    /// The body of the request, up to 64 KiB; empty for an upload.
    pub body: Bytes,
    /// The status of the response; `None` if the connection was reset instead, or the caller
    /// disconnected first.
    pub status: Option<u16>,
    /// The headers of the response.
    pub response_headers: HeaderMap,
    /// The body of the response, up to 64 KiB; empty for a file, a stream or a secret.
    pub response_body: Bytes,
    /// The id of the prediction that it was about, if any.
    pub prediction_id: Option<String>,
    /// The inputs of a create that its model does not know: they were ignored.
    pub ignored_inputs: Vec<String>,
    /// The faults that applied to it, as JSON.
    pub faults: Vec<String>,
}

impl Exchange {
    /// A header of the request as text; empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The request body as JSON; null if it is not JSON.
    pub fn json(&self) -> Value {
        json::parse(&self.body).unwrap_or_default()
    }

    /// The response body as JSON; null if it is not JSON.
    pub fn response_json(&self) -> Value {
        json::parse(&self.response_body).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        let of = |headers: &HeaderMap| -> usize {
            headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
        };
        let line = self.method.as_str().len() + self.path.len();
        let id = self.prediction_id.as_ref().map_or(0, String::len);
        let ignored: usize = self.ignored_inputs.iter().map(String::len).sum();
        let heads = line + id + ignored + of(&self.headers) + of(&self.response_headers);
        heads + self.body.len() + self.response_body.len()
    }
}

/// The part of a body that is kept; copied if it is shorter, so that the rest can be freed.
pub(crate) fn truncated(body: &Bytes) -> Bytes {
    if body.len() <= BODY { body.clone() } else { Bytes::copy_from_slice(&body[..BODY]) }
}

/// Copies the headers without the key, so that the buffer they arrived in can be freed.
pub(crate) fn redacted(headers: &HeaderMap) -> HeaderMap {
    let words = ["authorization", "cookie", "key", "token", "secret"];
    // Most headers are these: no need to search their names.
    let plain = [HOST, USER_AGENT, ACCEPT, CONTENT_TYPE, CONTENT_LENGTH, CONNECTION];
    let secret = |name: &HeaderName| {
        !plain.contains(name)
            && (*name == AUTHORIZATION || words.iter().any(|word| name.as_str().contains(word)))
    };
    // One allocation for all values, not one each.
    let room = |value: &HeaderValue| value.len().max(REDACTED.len());
    let mut buffer = BytesMut::with_capacity(headers.values().map(room).sum());
    let mut kept = HeaderMap::with_capacity(headers.keys_len());
    for (name, value) in headers {
        let value = if secret(name) { REDACTED.as_bytes() } else { value.as_bytes() };
        buffer.extend_from_slice(value);
        if let Ok(value) = HeaderValue::from_maybe_shared(buffer.split().freeze()) {
            kept.append(name, value);
        }
    }
    kept
}

/// The most recent exchanges.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    count: u64,
    bytes: usize,
    /// Each with its size in bytes.
    exchanges: VecDeque<(usize, Arc<Exchange>)>,
}

impl RequestLog {
    /// Adds an exchange, and numbers it.
    pub(crate) fn push(&mut self, mut exchange: Exchange) {
        self.count += 1;
        exchange.number = self.count;
        let bytes = exchange.bytes();
        self.bytes += bytes;
        self.exchanges.push_back((bytes, Arc::new(exchange)));
        while self.exchanges.len() > MAX_COUNT
            || (self.bytes > MAX_BYTES && self.exchanges.len() > 1)
        {
            if let Some((bytes, _oldest)) = self.exchanges.pop_front() {
                self.bytes -= bytes;
            }
        }
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<Exchange>> {
        self.exchanges.iter().map(|(_, exchange)| exchange)
    }

    /// The exchange of this number, if it is still kept.
    #[cfg(feature = "page")]
    pub(crate) fn get(&self, number: u64) -> Option<Arc<Exchange>> {
        let first = self.all().next()?.number;
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        self.exchanges.get(index).map(|(_, exchange)| Arc::clone(exchange))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_hidden_however_often_it_is_sent() {
        let mut sent = HeaderMap::new();
        sent.append("authorization", HeaderValue::from_static("Bearer one"));
        sent.append("authorization", HeaderValue::from_static("Bearer two"));
        sent.append("accept", HeaderValue::from_static("a"));
        sent.append("accept", HeaderValue::from_static("b"));
        let kept = redacted(&sent);
        let all: Vec<_> = kept.iter().map(|(name, value)| (name.as_str(), value)).collect();
        let hidden = HeaderValue::from_static(REDACTED);
        let (a, b) = (HeaderValue::from_static("a"), HeaderValue::from_static("b"));
        let expected = [("authorization", &hidden), ("authorization", &hidden)];
        assert_eq!(all[..2], expected);
        assert_eq!(all[2..], [("accept", &a), ("accept", &b)]);
    }

    #[test]
    fn long_headers_and_methods_count_as_bodies_do() {
        let mut requests = RequestLog::default();
        for _ in 0..1_000 {
            let mut headers = HeaderMap::new();
            let long = HeaderValue::from_bytes(&vec![b'a'; 30_000]).expect("a header");
            headers.insert("x-long", long);
            requests.push(Exchange {
                number: 0,
                at: SystemTime::UNIX_EPOCH,
                duration: Duration::ZERO,
                side: Side::Gateway,
                operation: None,
                method: Method::from_bytes(&vec![b'A'; 30_000]).expect("a method"),
                path: "/".into(),
                headers,
                had_key: false,
                body: Bytes::new(),
                status: None,
                response_headers: HeaderMap::new(),
                response_body: Bytes::new(),
                prediction_id: None,
                ignored_inputs: Vec::new(),
                faults: Vec::new(),
            });
        }
        assert!(requests.bytes <= MAX_BYTES && requests.bytes > MAX_BYTES - 100_000);
        assert_eq!(requests.all().next_back().map(|last| last.number), Some(1_000));
    }
}
