//! How many creates a client lets out.

use std::time::Duration;

/// The longest pause that an answer can ask of gets, lists and cancels: one odd header is no reason
/// not to look at something that is paid for.
const LONGEST_PAUSE_OF_READS: Duration = Duration::from_secs(30);

/// The longest pause that an answer can ask of creates: after an hour it is asked again whether the
/// gateway meant it.
const LONGEST_PAUSE_OF_CREATES: Duration = Duration::from_secs(3600);

/// How many creates are unanswered at the same time at most: one that is held until its prediction
/// is over (`Prefer: wait`) has a socket for so long.
const UNANSWERED_CREATES: u64 = 256;

/// How many gets, lists and cancels are unanswered at the same time at most. Ten thousand waiters
/// must not open ten thousand sockets.
const UNANSWERED_READS: u64 = 64;

/// What a lane allows whatever the gateway says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// At most so many requests leave in any 60 seconds; at least 1.
    pub(crate) per_minute: Option<u32>,
    /// At most so many places are held at the same time; at least 1.
    pub(crate) in_flight: Option<usize>,
    /// The longest pause that one answer can ask for.
    pub(crate) longest_pause: Option<Duration>,
    /// At most so many requests are unanswered at the same time: each may hold a socket.
    pub(crate) unanswered: Option<u64>,
}

/// Limits that a client keeps by itself, counted over all its clones.
///
/// Without any, all clones still learn together from what the gateway answers: a 429 holds back
/// every request of its kind (creates, or all others) for as long as it asks, after which they
/// leave one, two, four at a time; and no more leave than `ratelimit-remaining` allows until
/// `ratelimit-reset` is over. Whoever comes first leaves first. At most 256 creates and 64 other
/// requests are unanswered at the same time.
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct RateLimitPolicy {
    max_creates_per_minute: Option<u32>,
    in_flight: Option<usize>,
}

impl RateLimitPolicy {
    /// No limits but those the gateway tells.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most this many creates leave in any 60 seconds, at least 1. Every attempt counts, whatever
    /// its answer. Unlimited unless set.
    pub fn max_creates_per_minute(mut self, creates: u32) -> Self {
        self.max_creates_per_minute = Some(creates.max(1));
        self
    }

    /// At most this many predictions at the same time, at least 1. One of `run` counts from before
    /// its create is sent until it is over, or until its future is dropped; one of `create` until
    /// the create is answered for good, pauses between its attempts included. Those of other clients
    /// and those that are only waited for do not count. Unlimited unless set.
    pub fn max_in_flight(mut self, predictions: usize) -> Self {
        self.in_flight = Some(predictions.max(1));
        self
    }

    /// What holds for creates.
    pub(crate) fn creates(&self) -> Limits {
        Limits {
            per_minute: self.max_creates_per_minute,
            in_flight: self.in_flight,
            longest_pause: Some(LONGEST_PAUSE_OF_CREATES),
            unanswered: Some(UNANSWERED_CREATES),
        }
    }

    /// What holds for gets, lists and cancels.
    pub(crate) fn reads() -> Limits {
        Limits {
            longest_pause: Some(LONGEST_PAUSE_OF_READS),
            unanswered: Some(UNANSWERED_READS),
            ..Limits::default()
        }
    }
}
