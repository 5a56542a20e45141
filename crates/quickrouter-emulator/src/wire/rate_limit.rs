//! What a response says of a rate limit.

use http::{HeaderMap, header};

/// A request that came too soon.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooSoon {
    pub(crate) create: bool,
    pub(crate) a_minute: u64,
    /// Seconds until the window is renewed, rounded up.
    pub(crate) reset: u64,
}

/// What an answer tells of its window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) remaining: u64,
    pub(crate) reset: u64,
}

impl Told {
    pub(crate) fn put_into(self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-remaining", self.remaining.into());
        headers.insert("ratelimit-reset", self.reset.into());
    }
}

impl TooSoon {
    pub(crate) fn put_into(self, headers: &mut HeaderMap) {
        Told { remaining: 0, reset: self.reset }.put_into(headers);
        headers.insert(header::RETRY_AFTER, self.reset.into());
    }
}
