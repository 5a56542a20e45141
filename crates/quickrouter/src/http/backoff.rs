//! The pause before the next attempt.

use std::time::Duration;

use tokio::time::Instant;

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
