//! What may be sent again, and when.

use std::time::{Duration, SystemTime};

use quickrouter_api::{Kind, codes};
use reqwest::StatusCode;
use tokio::time::Instant;

use crate::answer;
use crate::send::Outcome;

/// How patient a client is with failing requests.
///
/// It decides when to send again, never whether: a create whose outcome is unknown is not sent
/// again under any policy.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    attempts: u32,
    first_delay: Duration,
    longest_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 5,
            first_delay: Duration::from_millis(500),
            longest_delay: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// Five attempts, 0.5 s before the second, doubling up to 30 s.
    pub fn new() -> Self {
        Self::default()
    }

    /// How often a request is sent in all, at least 1. A create that meets 429 or 503 is not
    /// counted: it is sent again until its deadline.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The pause before the second attempt, at least 1 ms; it doubles from then on.
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay.max(Duration::from_millis(1));
        self
    }

    /// The longest pause, where the gateway does not name one.
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// The pause after this many attempts.
    pub(crate) fn delay(&self, attempts: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempts.saturating_sub(1));
        self.first_delay.saturating_mul(doubled).min(self.longest_delay)
    }

    /// The pause after this many attempts, where the gateway may have asked for one. What is hardly
    /// a pause is no reason to ask again and again at once.
    pub(crate) fn pause(&self, asked: Option<Duration>, attempts: u32) -> Duration {
        const HARDLY: Duration = Duration::from_secs(1);
        match asked {
            Some(asked) if asked >= HARDLY => asked,
            asked => self.delay(attempts).max(asked.unwrap_or_default()),
        }
    }

    pub(crate) fn spent(&self, attempts: u32) -> bool {
        attempts >= self.attempts
    }
}

/// What to do after one attempt.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// It was answered.
    Done,
    /// Certainly not accepted, since no connection was made.
    AgainCounted,
    /// Certainly not accepted, and worth asking again after this long, or after a pause of ours.
    AgainAfter(Option<Duration>),
    /// Refused: sending it again changes nothing.
    Refused,
    /// Not known whether it was accepted.
    Unknown,
}

/// Rule 1 for creates.
pub(crate) fn after_create(outcome: &Outcome, now: SystemTime) -> Verdict {
    match outcome {
        Outcome::Success(_) => Verdict::Done,
        Outcome::Failed(failure) if failure.kind == Kind::NotSent => Verdict::AgainCounted,
        Outcome::Failed(_) => Verdict::Unknown,
        Outcome::Status(answer) => match answer.status {
            StatusCode::TOO_MANY_REQUESTS => Verdict::AgainAfter(answer::retry_after(answer, now)),
            StatusCode::SERVICE_UNAVAILABLE => match answer::told(&answer.body).code.as_str() {
                codes::MODEL_NOT_FOUND => Verdict::Refused,
                _ => Verdict::AgainAfter(answer::retry_after(answer, now)),
            },
            // "See other" is how a server answers something that it has done.
            StatusCode::REQUEST_TIMEOUT | StatusCode::SEE_OTHER => Verdict::Unknown,
            status if status.is_server_error() => Verdict::Unknown,
            _ => Verdict::Refused,
        },
    }
}

/// Reads and cancel: what changes nothing may be asked again. `fresh` is a prediction this client
/// has only just created, which a gateway may not know everywhere yet.
pub(crate) fn after_read(outcome: &Outcome, fresh: bool, now: SystemTime) -> Verdict {
    match outcome {
        Outcome::Success(_) => Verdict::Done,
        Outcome::Failed(failure) if failure.kind == Kind::TooLarge => Verdict::Refused,
        Outcome::Failed(_) => Verdict::AgainCounted,
        Outcome::Status(answer) => match answer.status {
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => {
                Verdict::AgainAfter(answer::retry_after(answer, now))
            }
            status if status.is_server_error() => {
                Verdict::AgainAfter(answer::retry_after(answer, now))
            }
            StatusCode::NOT_FOUND if fresh => Verdict::AgainAfter(None),
            _ => Verdict::Refused,
        },
    }
}

/// Sleeps for `delay` if that ends before the deadline; `false` if it does not.
pub(crate) async fn pause(delay: Duration, deadline: Instant) -> bool {
    // Compared as durations: an instant that far off need not exist.
    if delay >= deadline.saturating_duration_since(Instant::now()) {
        return false;
    }
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    true
}
