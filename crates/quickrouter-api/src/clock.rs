//! The only clock: wall time that moves with tokio's, so that a paused test clock moves both.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Wall time: an epoch plus the time that tokio's clock has counted since.
///
/// It pauses and jumps with tokio's paused clock, which makes `created_at`, `Retry-After` dates and
/// expiry testable.
#[derive(Clone, Debug)]
pub struct Clock {
    epoch: SystemTime,
    start: Instant,
}

impl Clock {
    /// A clock that starts at the system's current time.
    pub fn system() -> Self {
        Self::at(SystemTime::now())
    }

    /// A clock that starts at `epoch`.
    pub fn at(epoch: SystemTime) -> Self {
        Self { epoch, start: Instant::now() }
    }

    /// The current time.
    pub fn now(&self) -> SystemTime {
        self.epoch + self.elapsed()
    }

    /// The time since this clock started.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}
