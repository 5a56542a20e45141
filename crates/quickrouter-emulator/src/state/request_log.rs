//! What was asked and answered, kept for tests and for the page, within bounds.

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

/// How many exchanges are kept; then the oldest goes.
const MAX_COUNT: usize = 2_000;
/// How many bytes of bodies, headers and paths are kept; then the oldest exchange goes.
const MAX_BYTES: usize = 32 * 1024 * 1024;
/// How much of a body is kept, in bytes.
pub(crate) const BODY: usize = 64 * 1024;

/// Stands where a key stood.
const REDACTED: &str = "[redacted]";

/// A request that the emulator was sent, and what it answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exchange {
    /// Which one, counted from 1.
    pub number: u64,
    /// When it came, by the emulator's clock.
    pub at: SystemTime,
    /// How long the answer took, up to its first byte.
    pub duration: Duration,
    /// The origin it was sent to.
    pub side: Side,
    /// The operation's id in the contract; `None` for what the contract does not know.
    pub operation: Option<&'static str>,
    /// `GET`, `POST`, ...
    pub method: Method,
    /// Path and query.
    pub path: String,
    /// The headers, with the key hidden.
    pub headers: HeaderMap,
    /// Whether it carried a key.
    pub had_key: bool,
    /// The body, the first 64 KiB; empty where it was a file to keep.
    pub body: Bytes,
    /// The status of the answer; `None` where the connection was reset instead, or the caller had
    /// gone before.
    pub status: Option<u16>,
    /// The headers of the answer.
    pub response_headers: HeaderMap,
    /// The body of the answer, the first 64 KiB; empty where it was a file, a stream or a secret.
    pub response_body: Bytes,
    /// The id of the prediction that it was about, where there is one.
    pub prediction_id: Option<String>,
    /// The faults that it met, in words.
    pub faults: Vec<String>,
}

impl Exchange {
    /// A header of the request as text; empty where it was not sent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The request's body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        json::parse(&self.body).unwrap_or_default()
    }

    /// The answer's body as JSON; null where it is none.
    pub fn response_json(&self) -> Value {
        json::parse(&self.response_body).unwrap_or_default()
    }

    fn bytes(&self) -> usize {
        let of = |headers: &HeaderMap| -> usize {
            headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
        };
        let line = self.method.as_str().len() + self.path.len();
        let id = self.prediction_id.as_ref().map_or(0, String::len);
        let heads = line + id + of(&self.headers) + of(&self.response_headers);
        heads + self.body.len() + self.response_body.len()
    }
}

/// As much of a body as is kept; of a longer one a copy, so that the rest of it is let go.
pub(crate) fn truncated(body: &Bytes) -> Bytes {
    if body.len() <= BODY { body.clone() } else { Bytes::copy_from_slice(&body[..BODY]) }
}

/// The headers without the key: copies, so that the buffer they came in is let go.
pub(crate) fn redacted(headers: &HeaderMap) -> HeaderMap {
    let words = ["authorization", "cookie", "key", "token", "secret"];
    // Most headers are these, and need no look at their letters.
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

/// The last exchanges.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    count: u64,
    bytes: usize,
    /// Each with how many bytes it takes.
    exchanges: VecDeque<(usize, Arc<Exchange>)>,
}

impl RequestLog {
    /// Keeps one more, and gives it its number.
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

    /// Those that are kept, the oldest first.
    pub(crate) fn all(&self) -> impl DoubleEndedIterator<Item = &Arc<Exchange>> {
        self.exchanges.iter().map(|(_, exchange)| exchange)
    }

    /// The one of this number, where it is still kept.
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
                faults: Vec::new(),
            });
        }
        assert!(requests.bytes <= MAX_BYTES && requests.bytes > MAX_BYTES - 100_000);
        assert_eq!(requests.all().next_back().map(|last| last.number), Some(1_000));
    }
}
