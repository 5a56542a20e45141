//! [`RateLimitPolicy`] and the limits derived from it.

use std::time::Duration;

/// Upper bound on the pause that a response can request for gets, lists and cancels: one odd header
/// must not stop polling something already paid for.
const MAX_READ_PAUSE: Duration = Duration::from_secs(30);

/// Upper bound on the pause that a response can request for creates: after an hour the gateway is
/// asked again.
const MAX_CREATE_PAUSE: Duration = Duration::from_secs(3600);

/// Maximum number of creates awaiting a response: one held by the gateway (`Prefer: wait`) occupies
/// a socket until its prediction is terminal.
const MAX_PENDING_CREATES: u64 = 256;

/// Maximum number of other calls awaiting a response: ten thousand waiters must not open ten
/// thousand sockets.
const MAX_PENDING_READS: u64 = 64;

/// Client-side limits of a rate limiter, whatever the gateway reports.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// Maximum number of requests sent in any 60 seconds, at least 1.
    pub(crate) per_minute: Option<u32>,
    /// Maximum number of slots held at the same time, at least 1.
    pub(crate) in_flight: Option<usize>,
    /// Upper bound on the pause that one response can request.
    pub(crate) max_pause: Option<Duration>,
    /// Maximum number of requests awaiting a response; each may occupy a socket.
    pub(crate) max_pending: Option<u64>,
}

/// Client-side limits on creates, shared by all clones of a client.
///
/// Without explicit limits, all clones still adapt to the gateway's responses: a 429 holds back all
/// requests of its kind (creates, or all others) for as long as it requests, after which they are
/// sent one, two, four at a time; and no more requests are sent than `ratelimit-remaining` allows
/// until `ratelimit-reset` has passed. Requests are sent in first-come, first-served order. At most
/// 256 creates and 64 other requests await a response at the same time.
///
/// # Examples
/// ```
/// # fn main() -> Result<(), quickrouter::Error> {
/// use quickrouter::{Client, RateLimitPolicy};
///
/// let policy = RateLimitPolicy::new().max_creates_per_minute(30).max_in_flight(4);
/// let client = Client::builder().api_key("qr-...").rate_limit_policy(policy).build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct RateLimitPolicy {
    max_creates_per_minute: Option<u32>,
    in_flight: Option<usize>,
}

impl RateLimitPolicy {
    /// Creates a policy without limits other than the gateway's.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the maximum number of creates sent in any 60 seconds, at least 1. Every attempt counts,
    /// whatever its outcome. Unlimited by default.
    pub fn max_creates_per_minute(mut self, creates: u32) -> Self {
        self.max_creates_per_minute = Some(creates.max(1));
        self
    }

    /// Sets the maximum number of predictions in flight, at least 1. One of `run` counts from
    /// before its create is sent until it is terminal or its future is dropped; one of `create`
    /// until its final response, including pauses between attempts. Predictions of other clients,
    /// and those only waited for, do not count. Unlimited by default.
    pub fn max_in_flight(mut self, predictions: usize) -> Self {
        self.in_flight = Some(predictions.max(1));
        self
    }

    /// The limits for creates.
    pub(crate) fn creates(&self) -> Limits {
        Limits {
            per_minute: self.max_creates_per_minute,
            in_flight: self.in_flight,
            max_pause: Some(MAX_CREATE_PAUSE),
            max_pending: Some(MAX_PENDING_CREATES),
        }
    }

    /// The limits for gets, lists and cancels.
    pub(crate) fn reads() -> Limits {
        Limits {
            max_pause: Some(MAX_READ_PAUSE),
            max_pending: Some(MAX_PENDING_READS),
            ..Limits::default()
        }
    }
}
