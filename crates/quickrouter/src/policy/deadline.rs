//! Deadlines that cannot overflow.

use std::time::Duration;

use tokio::time::Instant;

/// Adds a duration of at most a year to an instant.
pub(crate) fn after(instant: Instant, duration: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    instant + duration.min(YEAR)
}
