//! What one gateway knows: its clock, its keys, its predictions, its counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use quickrouter_api::Clock;
use tokio::sync::{Notify, Semaphore};

use crate::auth::Keys;
use crate::pace::Pace;
use crate::seeded::Numbers;
use crate::store::Store;

/// How many pictures are drawn at a time; a large one takes 50 MB while it is drawn.
const DRAWN_AT_ONCE: usize = 4;

/// Which headers of a create are heeded; a gateway may drop any.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Honours {
    pub(crate) prefer: bool,
    pub(crate) cancel_after: bool,
}

impl Default for Honours {
    fn default() -> Self {
        Self { prefer: true, cancel_after: true }
    }
}

/// What the handlers share.
pub(crate) type Shared = Arc<State>;

/// The state of one gateway.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) pace: Pace,
    pub(crate) honours: Honours,
    /// The origin to name in URLs when a request does not say which host it was sent to.
    pub(crate) origin: String,
    pub(crate) made_at: SystemTime,
    pub(crate) drawing: Arc<Semaphore>,
    /// Tells of every cancel, after it is in the store.
    pub(crate) canceled: Notify,
    pub(crate) creates_accepted: AtomicU64,
    pub(crate) requests: AtomicU64,
    request_ids: AtomicU64,
    store: Mutex<Store>,
}

impl State {
    pub(crate) fn new(
        clock: Clock,
        keys: Keys,
        pace: Pace,
        honours: Honours,
        origin: String,
        id_seed: u64,
    ) -> Self {
        Self {
            made_at: clock.now(),
            clock,
            keys,
            pace,
            honours,
            origin,
            drawing: Arc::new(Semaphore::new(DRAWN_AT_ONCE)),
            canceled: Notify::new(),
            creates_accepted: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            request_ids: AtomicU64::new(!id_seed),
            store: Mutex::new(Store::new(id_seed)),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one more create that would be billed.
    pub(crate) fn count_create(&self) {
        self.creates_accepted.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn request_id(&self) -> String {
        let number = self.request_ids.fetch_add(1, Ordering::Relaxed);
        Numbers::from_seed(number).letters(20)
    }
}
