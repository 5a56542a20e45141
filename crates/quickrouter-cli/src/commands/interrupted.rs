//! Interrupts of commands that serve until they are interrupted.

use std::time::Duration;

use crate::exit::interrupt::Interrupts;

/// Interrupts within this time of each other count as one.
const TOGETHER: Duration = Duration::from_millis(200);

/// Waits for one more interrupt; a closed terminal sends several at once, which count as one.
pub(super) async fn asked_again(interrupts: &mut Interrupts) {
    while tokio::time::timeout(TOGETHER, interrupts.next()).await.is_ok() {}
    interrupts.next().await;
}
