//! [`Budget`]: the requests that `ratelimit-remaining` and `ratelimit-reset` allow, with responses
//! out of order.

use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// Rounding error of a reset in whole seconds, in either direction.
const ROUNDING: Duration = Duration::from_secs(1);

/// The requests allowed in the gateway's current window.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) remaining: u64,
    /// When the window ends.
    pub(super) until: Instant,
    /// The earliest it can end, since the response may have been delayed.
    earliest: Instant,
    /// Number of requests sent when this was reported: a response to a later request is certainly
    /// newer.
    sent_before: u64,
}

impl Budget {
    /// The budget reported by a response received `now`, to a request sent at `sent_at`. `pending`
    /// requests may not be counted in it; `sent` is the total number of requests sent.
    pub(super) fn reported(
        remaining: u64,
        reset: Duration,
        sent_at: Instant,
        now: Instant,
        (pending, sent): (u64, u64),
    ) -> Self {
        Self {
            remaining: remaining.saturating_sub(pending),
            until: after(now, reset),
            earliest: after(sent_at, reset.saturating_sub(ROUNDING)),
            sent_before: sent,
        }
    }

    /// Merges a budget reported by the response to request `number`.
    pub(super) fn merge(self, other: Self, number: u64) -> Self {
        let is_newer = number >= self.sent_before;
        let is_of_later_window = other.earliest > after(self.until, ROUNDING);
        let is_of_earlier_window = after(other.until, ROUNDING) < self.earliest;
        if is_newer || is_of_later_window {
            other
        } else if is_of_earlier_window {
            self
        } else {
            Self { remaining: self.remaining.min(other.remaining), ..self }
        }
    }
}
