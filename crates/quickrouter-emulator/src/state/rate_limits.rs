//! Limits creates and other requests per minute, as the service behind the gateway does.

use crate::wire::paths::is_create;
use crate::wire::rate_limit::{RateLimitExceeded, RateLimitStatus};
use quickrouter_api::{Route, limits};
use std::time::{Duration, SystemTime};

/// How many requests are accepted in each minute of the gateway's time. Kinds without a number are
/// unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[must_use]
pub struct RateLimits {
    creates: Option<u64>,
    reads: Option<u64>,
}

impl RateLimits {
    /// No limits.
    pub fn none() -> Self {
        Self::default()
    }

    /// The contract's limits for an account.
    pub fn documented() -> Self {
        Self { creates: Some(limits::CREATES_PER_MINUTE), reads: Some(limits::READS_PER_MINUTE) }
    }

    /// The contract's limits for an account with low credit.
    pub fn low_credit() -> Self {
        Self { creates: Some(limits::LOW_CREDIT_CREATES_PER_MINUTE), ..Self::documented() }
    }

    /// Limits creates to this many per minute.
    pub fn creates(mut self, a_minute: u64) -> Self {
        self.creates = Some(a_minute);
        self
    }

    /// Limits all other requests to this many per minute.
    pub fn reads(mut self, a_minute: u64) -> Self {
        self.reads = Some(a_minute);
        self
    }
}

/// The windows of one gateway.
#[derive(Debug)]
pub(crate) struct RateLimiter {
    limits: RateLimits,
    /// The length of a window: a minute, scaled.
    length: Duration,
    creates: Window,
    reads: Window,
}

#[derive(Debug, Default)]
struct Window {
    began: Option<SystemTime>,
    count: u64,
}

impl RateLimiter {
    pub(crate) fn new(limits: RateLimits, minute: Duration) -> Self {
        Self { limits, length: minute, creates: Window::default(), reads: Window::default() }
    }

    /// Counts a request, or refuses it.
    pub(crate) fn count(
        &mut self,
        route: &Route,
        now: SystemTime,
    ) -> Result<Option<RateLimitStatus>, RateLimitExceeded> {
        let create = is_create(route.operation);
        let (limit, window) = if create {
            (self.limits.creates, &mut self.creates)
        } else {
            (self.limits.reads, &mut self.reads)
        };
        let Some(a_minute) = limit else { return Ok(None) };
        let ends = window.began.map(|began| began + self.length).filter(|ends| *ends > now);
        let ends = ends.unwrap_or_else(|| {
            *window = Window { began: Some(now), count: 0 };
            now + self.length
        });
        let left = ends.duration_since(now).unwrap_or_default();
        let reset = left.as_secs() + u64::from(left.subsec_nanos() > 0);
        if window.count >= a_minute {
            return Err(RateLimitExceeded { create, a_minute, reset });
        }
        window.count += 1;
        Ok(Some(RateLimitStatus { remaining: a_minute - window.count, reset }))
    }
}
