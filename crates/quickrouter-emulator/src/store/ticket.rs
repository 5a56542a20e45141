//! Waiting until something is on the disk.

use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;

/// What reports the end of a write.
pub(super) type Waiter = oneshot::Sender<Result<(), NotKept>>;

/// Why something could not be written.
#[derive(Debug, Clone)]
pub(crate) struct NotKept {
    pub(crate) why: Arc<str>,
    /// Whether the disk, or the share of it, is full.
    pub(crate) full: bool,
    /// Whether it may be there after a restart nonetheless.
    pub(crate) uncertain: bool,
}

impl NotKept {
    pub(super) fn new(why: impl Into<Arc<str>>) -> Self {
        Self { why: why.into(), full: false, uncertain: false }
    }
}

/// Something that is being written.
#[derive(Debug)]
#[must_use]
pub(crate) struct Ticket {
    /// `None` if nothing is kept.
    result: Option<oneshot::Receiver<Result<(), NotKept>>>,
    /// Whether a thread waits instead of a task.
    by_thread: bool,
}

impl Ticket {
    /// For a journal that keeps nothing.
    pub(super) fn none() -> Self {
        Self { result: None, by_thread: false }
    }

    pub(super) fn new(by_thread: bool) -> (Waiter, Self) {
        let (waiter, result) = oneshot::channel();
        (waiter, Self { result: Some(result), by_thread })
    }

    /// Waits until it is on the disk.
    ///
    /// # Errors
    /// [`NotKept`].
    pub(crate) async fn written(self) -> Result<(), NotKept> {
        let Some(result) = self.result else { return Ok(()) };
        let received = if self.by_thread {
            // A paused clock jumps while all tasks wait, but not while a blocking one runs.
            spawn_blocking(|| result.blocking_recv().ok()).await.ok().flatten()
        } else {
            result.await.ok()
        };
        received.unwrap_or_else(|| Err(NotKept::new("the thread that writes has ended")))
    }
}
