//! [`Feedback`]: what a rate limiter learns from a response.

use std::time::Duration;

/// What the outcome of a request reports.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Feedback {
    /// A response arrived, whatever its status.
    pub(crate) responded: bool,
    /// It was 429: send nothing for this long.
    pub(crate) refused: Option<Duration>,
    /// Requests allowed until `reset` has passed; ignored without `reset`.
    pub(crate) remaining: Option<u64>,
    pub(crate) reset: Option<Duration>,
}
