//! Deadlines, however far off.

use std::time::Duration;

use tokio::time::Instant;

/// The instant this long after another one; a year later where it is too far off to be an instant.
pub(crate) fn after(instant: Instant, duration: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
    instant + duration.min(YEAR)
}
