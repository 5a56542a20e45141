//! What a response says about a rate limit.

use http::{HeaderMap, header};

/// A request beyond the rate limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimitExceeded {
    pub(crate) create: bool,
    pub(crate) a_minute: u64,
    /// Seconds until the window resets, rounded up.
    pub(crate) reset: u64,
}

/// What a response reports of its window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateLimitStatus {
    pub(crate) remaining: u64,
    pub(crate) reset: u64,
}

impl RateLimitStatus {
    pub(crate) fn write_to(self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-remaining", self.remaining.into());
        headers.insert("ratelimit-reset", self.reset.into());
    }
}

impl RateLimitExceeded {
    pub(crate) fn write_to(self, headers: &mut HeaderMap) {
        RateLimitStatus { remaining: 0, reset: self.reset }.write_to(headers);
        headers.insert(header::RETRY_AFTER, self.reset.into());
    }
}
