//! How long a prediction is waited for, and how often it is looked at.

use std::time::Duration;

use tokio::time::Instant;

/// How a client waits.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct WaitPolicy {
    deadline: Duration,
    first: Duration,
    longest: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(600),
            first: Duration::from_millis(500),
            longest: Duration::from_secs(5),
        }
    }
}

impl WaitPolicy {
    /// A deadline of 10 minutes; looks every 0.5 s at first, then less often, every 5 s at last.
    pub fn new() -> Self {
        Self::default()
    }

    /// When to give up. For `run` it counts from the start, creating included; for `wait` from
    /// the call.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The pause before the first look, at least 10 ms.
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.first = interval.max(Duration::from_millis(10));
        self
    }

    /// The longest pause between two looks, at least 10 ms.
    pub fn longest_interval(mut self, interval: Duration) -> Self {
        self.longest = interval.max(Duration::from_millis(10));
        self
    }

    pub(crate) fn limit(&self) -> Duration {
        self.deadline
    }

    /// What is kept free before the deadline, for the last request: a tenth, at most 1 s.
    pub(crate) fn margin(&self) -> Duration {
        (self.deadline / 10).min(Duration::from_secs(1))
    }

    /// The deadline from now on; a limit too far to count is a year.
    pub(crate) fn ends(&self) -> Instant {
        let now = Instant::now();
        let year = Duration::from_secs(365 * 24 * 3600);
        now + self.deadline.min(year)
    }

    /// The pause after this many looks: a quarter longer each time.
    pub(crate) fn interval(&self, looks: u32) -> Duration {
        let factor = 1.25_f64.powi(i32::try_from(looks.min(64)).unwrap_or(64));
        let seconds = self.first.as_secs_f64() * factor;
        Duration::try_from_secs_f64(seconds).unwrap_or(self.longest).min(self.longest)
    }
}
