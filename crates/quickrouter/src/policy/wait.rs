//! [`WaitPolicy`]: how long to wait for a prediction, and how often to poll it.

use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// How long to wait for a prediction, and how often to poll it.
///
/// # Examples
/// ```
/// # fn main() -> Result<(), quickrouter::Error> {
/// use std::time::Duration;
///
/// use quickrouter::{Client, WaitPolicy};
///
/// let policy = WaitPolicy::new().deadline(Duration::from_secs(120)).by_stream(true);
/// let client = Client::builder().api_key("qr-...").wait_policy(policy).build()?;
/// # Ok(())
/// # }
/// ```
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
    /// Creates a policy with a deadline of 10 minutes, a first poll after 1 s unless a better time
    /// is known, and intervals from 0.1 s to 10 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the deadline. For `run` it counts from the start, including the create; for `wait` from
    /// the call. Defaults to 10 minutes.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the interval before the first poll of a prediction whose model has no recorded
    /// durations, at least 10 ms. Defaults to 1 s. Later intervals are proportional to it.
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets the minimum interval between polls, at least 10 ms. Defaults to 0.1 s. Polls are that
    /// frequent only when the end is due.
    pub fn min_interval(mut self, interval: Duration) -> Self {
        self.min_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets the maximum interval between polls, at least 10 ms. Defaults to 10 s. A gateway may
    /// request longer ones, up to 30 s.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval.max(Duration::from_millis(10));
        self
    }

    /// Sets whether to wait by a prediction's stream of server-sent events, if it has one, instead
    /// of polling. Defaults to `false`. The log then arrives as it is written, and `done` is
    /// confirmed by a poll. If the stream is unavailable or keeps failing, the prediction is
    /// polled.
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

    /// Time reserved before the deadline for the last request: a tenth of it, at most 1 s.
    pub(crate) fn margin(&self) -> Duration {
        (self.deadline / 10).min(Duration::from_secs(1))
    }

    /// The deadline, counted from now.
    pub(crate) fn ends(&self) -> Instant {
        after(Instant::now(), self.deadline)
    }

    /// The interval before the first poll, unless a better time is known.
    pub(crate) fn first(&self) -> Duration {
        self.initial_interval
    }

    /// Converts seconds to an interval within the bounds.
    pub(crate) fn within_bounds(&self, seconds: f64) -> Duration {
        let longest = self.max_interval.as_secs_f64();
        // Not a number must not lead to frequent polls.
        let seconds = if seconds.is_nan() { longest } else { seconds.clamp(0.0, longest) };
        self.bounded(Duration::try_from_secs_f64(seconds).unwrap_or(self.max_interval))
    }

    /// At least the minimum interval.
    pub(crate) fn at_least_min(&self, pause: Duration) -> Duration {
        pause.max(self.min_interval)
    }

    /// Clamps an interval; if the bounds conflict, the maximum applies.
    pub(crate) fn bounded(&self, pause: Duration) -> Duration {
        self.at_least_min(pause).min(self.max_interval)
    }
}
