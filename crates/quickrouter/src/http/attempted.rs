//! [`Attempted`]: what the retry loop needs to know about an attempt.

use std::time::{Duration, SystemTime};

use crate::detail::Detail;
use crate::rate_limit::feedback::Feedback;

/// The result of an attempt, as far as the next one depends on it.
pub(crate) trait Attempted {
    /// The pause requested by the server.
    fn retry_after(&self, now: SystemTime) -> Option<Duration>;

    /// What the rate limiter learns; `pause` precedes the next attempt.
    fn feedback(&self, pause: Duration, now: SystemTime) -> Feedback;

    /// A description for the log.
    fn why(&self) -> Detail;
}
