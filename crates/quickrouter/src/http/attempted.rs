//! What the next attempt depends on.

use std::time::{Duration, SystemTime};

use crate::rate_limit::feedback::Feedback;

/// What an attempt came to, as far as the next one depends on it.
pub(crate) trait Attempted {
    /// How long the server asks to wait.
    fn retry_after(&self, now: SystemTime) -> Option<Duration>;

    /// What the limiter learns; `pause` is the one before the next attempt.
    fn feedback(&self, pause: Duration, now: SystemTime) -> Feedback;

    /// What happened, for the log.
    fn in_words(&self) -> String;
}
