//! Why there is no permit in time.

use std::fmt;
use std::time::Duration;

/// Why a permit could not come in time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) struct Denied {
    pub(crate) why: Why,
    /// How long until the limiter opens, where that is known.
    pub(crate) opens: Option<Duration>,
}

/// What keeps a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Why {
    /// The pause after a 429.
    Refused,
    /// `ratelimit-remaining` is used up.
    UsedUp,
    /// So many have left in the last 60 seconds.
    PerMinute(usize),
    /// All that may be unanswered at the same time are.
    Unanswered,
    /// So many slots are held.
    Slots(usize),
    /// Those before it.
    Line,
    /// It was cancelled, or its deadline passed.
    Stopped,
}

impl Denied {
    pub(crate) const STOPPED: Self = Self { why: Why::Stopped, opens: None };
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Refused => f.write_str("the gateway has answered 429 and asked for a pause")?,
            Why::UsedUp => f.write_str("the gateway's limit is used up (ratelimit-remaining)")?,
            Why::PerMinute(count) => write!(f, "left within a minute: {count}, the most allowed")?,
            Why::Unanswered => f.write_str("those sent before were not answered in time")?,
            Why::Slots(count) => write!(f, "predictions in flight: {count}, the most allowed")?,
            Why::Line => f.write_str("it did not come to the head of the line in time")?,
            Why::Stopped => f.write_str("it was stopped, or its deadline passed, before")?,
        }
        match self.opens {
            Some(opens) => write!(f, "; the next may leave in {opens:.1?}"),
            None => Ok(()),
        }
    }
}
