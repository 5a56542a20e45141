//! How long a prediction is waited for, and how often it is looked at.

use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// How a client waits.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct WaitPolicy {
    deadline: Duration,
    initial_interval: Duration,
    min_interval: Duration,
    max_interval: Duration,
    by_stream: bool,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(600),
            initial_interval: Duration::from_secs(1),
            min_interval: Duration::from_millis(100),
            max_interval: Duration::from_secs(10),
            by_stream: false,
        }
    }
}

impl WaitPolicy {
    /// A deadline of 10 minutes; a first look after a second, where nothing tells better, and from
    /// 0.1 s to 10 s between two looks.
    pub fn new() -> Self {
        Self::default()
    }

    /// When to give up. For `run` it counts from the start, creating included; for `wait` from
    /// the call.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The pause before the first look at a prediction of a model of which nothing is known yet, at
    /// least 10 ms; 1 s by default. Pauses that follow are in proportion.
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// The shortest pause between two looks, at least 10 ms; 0.1 s by default. So close together
    /// they are only when the end is due.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// The longest pause between two looks, at least 10 ms; 10 s by default. A gateway that asks
    /// for a longer one, up to 30 s, gets it.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Whether to wait by a prediction's stream of server-sent events, where it has one, instead of
    /// looking again and again; `false` by default. The log is then known as it is written, and the
    /// end as it comes: `done` is confirmed by a look. Where the stream is not to be had, or fails
    /// again and again, it is looked at as without it.
    pub fn by_stream(mut self, by_stream: bool) -> Self {
        self.by_stream = by_stream;
        self
    }

    pub(crate) fn is_by_stream(&self) -> bool {
        self.by_stream
    }

    pub(crate) fn limit(&self) -> Duration {
        self.deadline
    }

    /// What is kept free before the deadline, for the last request: a tenth, at most 1 s.
    pub(crate) fn margin(&self) -> Duration {
        (self.deadline / 10).min(Duration::from_secs(1))
    }

    /// The deadline from now on.
    pub(crate) fn ends(&self) -> Instant {
        after(Instant::now(), self.deadline)
    }

    /// The pause before the first look, where nothing else is known.
    pub(crate) fn first(&self) -> Duration {
        self.initial_interval
    }

    /// A pause of so many seconds, as far as the intervals allow.
    pub(crate) fn within_bounds(&self, seconds: f64) -> Duration {
        let longest = self.max_interval.as_secs_f64();
        // What is no number is no reason to hurry.
        let seconds = if seconds.is_nan() { longest } else { seconds.clamp(0.0, longest) };
        self.bounded(Duration::try_from_secs_f64(seconds).unwrap_or(self.max_interval))
    }

    /// At least the shortest pause.
    pub(crate) fn no_shorter(&self, pause: Duration) -> Duration {
        pause.max(self.min_interval)
    }

    /// The intervals win over what was worked out; the longest wins over the shortest.
    pub(crate) fn bounded(&self, pause: Duration) -> Duration {
        self.no_shorter(pause).min(self.max_interval)
    }
}
