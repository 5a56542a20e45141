//! A signal that keeps a create from being sent again.

use std::sync::Arc;

use tokio::sync::watch;

/// Says that a create which has not been accepted yet is no longer wanted.
///
/// Before the first attempt it keeps the create from being sent at all. Later it ends the pause
/// between two attempts (after 429, 503, or without a connection) with the error of the last one,
/// which says that nothing was accepted. An attempt in flight goes on, since its
/// answer may hold the id of something that is paid for; cancel that by its id.
#[derive(Clone, Debug)]
pub struct StopSignal(Arc<watch::Sender<bool>>);

impl Default for StopSignal {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl StopSignal {
    /// A signal that is not given yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal, to all clones.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Waits until it is given.
    pub(crate) async fn given(&self) {
        // The sender lives as long as `self`, so this ends with the signal only.
        let _ = self.0.subscribe().wait_for(|given| *given).await;
    }
}
