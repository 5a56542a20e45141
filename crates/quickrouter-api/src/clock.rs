//! The one clock: wall time that moves with tokio's, so that a paused test clock moves both.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Tells the time of day as an epoch plus what tokio's clock has counted since.
///
/// Under tokio's paused clock it stands still and jumps with it, which is what makes
/// `created_at`, `Retry-After` dates and expiry testable.
#[derive(Clone, Debug)]
pub struct Clock {
    epoch: SystemTime,
    start: Instant,
}

impl Clock {
    /// The system's time now, moving with tokio's clock from here on.
    pub fn system() -> Self {
        Self::at(SystemTime::now())
    }

    /// A clock that starts at `epoch`.
    pub fn at(epoch: SystemTime) -> Self {
        Self { epoch, start: Instant::now() }
    }

    /// The time of day.
    pub fn now(&self) -> SystemTime {
        self.epoch + self.elapsed()
    }

    /// How long this clock has run.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
