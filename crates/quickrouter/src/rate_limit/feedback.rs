//! What a limiter learns from a response.

use std::time::Duration;

/// What the answer to a request said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Feedback {
    /// There was an answer, whatever it said.
    pub(crate) answered: bool,
    /// It was 429: nothing may leave for this long.
    pub(crate) refused: Option<Duration>,
    /// So many more are allowed until `reset` has passed; without `reset` it says nothing.
    pub(crate) remaining: Option<u64>,
    pub(crate) reset: Option<Duration>,
}
