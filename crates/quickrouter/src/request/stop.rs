//! A signal that keeps a create from being sent again.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Says that a create which has not been accepted yet is no longer wanted.
///
/// Before the first attempt it keeps the create from being sent at all. Later it ends the pause
/// between two attempts (after 429, 503, or without a connection) with the error of the last one,
/// which says that nothing was accepted. An attempt in in_flight goes on, since its
/// answer may hold the id of something that is paid for; cancel that by its id.
#[derive(Clone, Debug, Default)]
pub struct CancellationToken(Arc<Signal>);

#[derive(Debug, Default)]
struct Signal {
    given: AtomicBool,
    told: Notify,
}

impl CancellationToken {
    /// A signal that is not given yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the signal, to all clones.
    pub fn stop(&self) {
        self.0.given.store(true, Ordering::SeqCst);
        self.0.told.notify_waiters();
    }

    /// Whether it has been given.
    pub(crate) fn is_given(&self) -> bool {
        self.0.given.load(Ordering::SeqCst)
    }

    /// Waits until it is given.
    pub(crate) async fn given(&self) {
        let mut told = pin!(self.0.told.notified());
        // Listens before it looks, so that it misses nothing.
        told.as_mut().enable();
        if !self.is_given() {
            told.await;
        }
    }
}
