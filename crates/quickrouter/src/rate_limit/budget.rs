//! What `ratelimit-remaining` and `ratelimit-reset` leave, with answers that overtake each other.

use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// How far a reset in whole seconds may be off, to either side.
const ROUNDING: Duration = Duration::from_secs(1);

/// What may still leave in the gateway's window.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) left: u64,
    /// When the gateway's window ends.
    pub(super) until: Instant,
    /// The earliest it can end, since the answer may have been on its way for long.
    earliest: Instant,
    /// How many had left when this was told: an answer to a later one is certainly newer.
    told: u64,
}

impl Budget {
    /// What an answer tells that came just `now`, to a request that left at `left_at`, with so many
    /// others `unanswered`, which it may not have counted, and `departures` in all.
    pub(super) fn told(
        remaining: u64,
        reset: Duration,
        left_at: Instant,
        now: Instant,
        (unanswered, departures): (u64, u64),
    ) -> Self {
        Self {
            left: remaining.saturating_sub(unanswered),
            until: after(now, reset),
            earliest: after(left_at, reset.saturating_sub(ROUNDING)),
            told: departures,
        }
    }

    /// What is known after the answer to the request with this `number` told `other`.
    pub(super) fn and(self, other: Self, number: u64) -> Self {
        let is_newer = number >= self.told;
        let is_of_later_window = other.earliest > after(self.until, ROUNDING);
        let is_of_earlier_window = after(other.until, ROUNDING) < self.earliest;
        if is_newer || is_of_later_window {
            other
        } else if is_of_earlier_window {
            self
        } else {
            Self { left: self.left.min(other.left), ..self }
        }
    }
}
