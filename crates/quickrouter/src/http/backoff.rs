//! The pause between attempts.

use std::time::Duration;

use tokio::time::Instant;

/// Sleeps for `delay` if that ends before the deadline, else returns `false` immediately.
pub(crate) async fn pause(delay: Duration, deadline: Instant) -> bool {
    // Compared as durations, because an instant that far off may overflow.
    if delay >= deadline.saturating_duration_since(Instant::now()) {
        return false;
    }
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    true
}
