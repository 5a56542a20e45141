//! [`Denied`]: why a permit was not granted in time.

use std::fmt;
use std::time::Duration;

use crate::detail::{Detail, detail};

/// A permit could not be granted in time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) struct Denied {
    pub(crate) why: Why,
    /// Time until the limiter opens, if known.
    pub(crate) opens: Option<Duration>,
}

/// What holds back a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Why {
    /// The pause requested by a 429.
    TooManyRequests,
    /// `ratelimit-remaining` is used up.
    UsedUp,
    /// This many requests were sent in the last 60 seconds.
    PerMinute(usize),
    /// As many requests as allowed are awaiting a response.
    Pending,
    /// This many slots are held.
    Slots(usize),
    /// Earlier requests in the queue.
    Queue,
    /// It was cancelled, or its deadline passed.
    Stopped,
}

impl Denied {
    pub(crate) const STOPPED: Self = Self { why: Why::Stopped, opens: None };
}

impl Denied {
    /// Why, and when the next may be sent.
    pub(crate) fn detail(&self) -> Detail {
        let reason = match self.why {
            Why::TooManyRequests => {
                detail!(PauseRequested, "the gateway returned 429 and requested a pause")
            }
            Why::UsedUp => {
                detail!(LimitUsedUp, "the gateway's limit is used up (ratelimit-remaining)")
            }
            Why::PerMinute(count) => {
                detail!(PerMinute, "sent within a minute: {count}, the maximum", count = count)
            }
            Why::Pending => detail!(EarlierPending, "earlier requests got no response in time"),
            Why::Slots(count) => {
                detail!(InFlight, "predictions in flight: {count}, the maximum", count = count)
            }
            Why::Queue => detail!(Queued, "it did not reach the head of the queue in time"),
            Why::Stopped => detail!(Stopped, "it was stopped, or its deadline passed first"),
        };
        match self.opens {
            Some(opens) => detail!(
                NextIn,
                "{reason}; the next may be sent in {time}",
                reason = reason,
                time = format!("{opens:.1?}")
            ),
            None => reason,
        }
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.detail())
    }
}
