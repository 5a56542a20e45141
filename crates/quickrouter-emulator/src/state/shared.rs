//! What one gateway knows: its clock, its keys, its predictions, its counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use quickrouter_api::{Clock, limits};
use tokio::sync::{Notify, Semaphore, watch};

use crate::delivery::Desk;
use crate::faults::{Faults, Plotted};
use crate::model::rng::Numbers;
use crate::model::timing::Pace;
use crate::state::files::Files;
use crate::state::keys::Keys;
use crate::state::memory_budget::Room;
use crate::state::personality::Traits;
use crate::state::predictions::{Record, Store};
use crate::state::price::Price;
use crate::state::rate_limits::{RateLimits, Rates};
use crate::state::request_log::History;

/// How many pictures are drawn at a time; a large one takes 50 MB while it is drawn.
const DRAWN_AT_ONCE: usize = 4;

/// What bodies under way take at the most, in bytes, and followed predictions as much again.
const MEMORY: usize = 256 * 1024 * 1024;
/// What a followed prediction takes at least: about 10,000 fit.
const FOLLOWED: usize = 26 * 1024;

/// What the handlers share.
pub(crate) type Shared = Arc<State>;

/// What a gateway is made of.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) pace: Pace,
    pub(crate) traits: Traits,
    pub(crate) rate_limits: RateLimits,
    pub(crate) faults: Faults,
    pub(crate) webhooks: Desk,
    /// The origin to name in URLs when a request does not say which host it was sent to.
    pub(crate) origin: String,
    /// The other origin, at which URLs point where the traits say so.
    pub(crate) elsewhere: String,
    pub(crate) id_seed: u64,
    /// What a picture would cost, in USD.
    pub(crate) price: f64,
}

/// The state of one gateway.
pub(crate) struct State {
    pub(crate) clock: Clock,
    pub(crate) keys: Keys,
    pub(crate) pace: Pace,
    pub(crate) traits: Traits,
    pub(crate) origin: String,
    pub(crate) elsewhere: String,
    pub(crate) made_at: SystemTime,
    pub(crate) webhooks: Desk,
    pub(crate) drawing: Arc<Semaphore>,
    /// Room for bodies that are being read or are not answered yet.
    pub(crate) bodies: Room,
    /// Room for predictions with a webhook: each holds its input until its last delivery is over, which
    /// a receiver that does not answer puts off.
    pub(crate) followed: Room,
    /// Tells of every cancel, after it is in the store.
    pub(crate) canceled: Notify,
    pub(crate) creates_accepted: AtomicU64,
    /// How many pictures the creates that were accepted asked for.
    pub(crate) pictures_accepted: AtomicU64,
    pub(crate) requests: AtomicU64,
    pub(crate) price: Price,
    request_ids: AtomicU64,
    store: Mutex<Store>,
    files: Mutex<Files>,
    history: Mutex<History>,
    rates: Mutex<Rates>,
    faults: Mutex<Plotted>,
    /// Whether streams and webhooks are to end.
    closed: watch::Sender<bool>,
    /// Counts what the page may show: exchanges, creates, cancels, faults.
    changes: watch::Sender<u64>,
}

impl State {
    pub(crate) fn new(settings: Settings) -> Self {
        let minute = settings.pace.kept(Duration::from_secs(60));
        let retention = settings.pace.kept(Duration::from_secs(limits::FILE_RETENTION_SECONDS));
        Self {
            made_at: settings.clock.now(),
            clock: settings.clock,
            keys: settings.keys,
            pace: settings.pace,
            traits: settings.traits,
            origin: settings.origin,
            elsewhere: settings.elsewhere,
            webhooks: settings.webhooks,
            drawing: Arc::new(Semaphore::new(DRAWN_AT_ONCE)),
            bodies: Room::new(MEMORY, 0),
            followed: Room::new(MEMORY, FOLLOWED),
            canceled: Notify::new(),
            creates_accepted: AtomicU64::new(0),
            pictures_accepted: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            price: Price::new(settings.price),
            request_ids: AtomicU64::new(!settings.id_seed),
            store: Mutex::new(Store::new(settings.id_seed)),
            files: Mutex::new(Files::new(settings.id_seed, retention)),
            history: Mutex::default(),
            rates: Mutex::new(Rates::new(settings.rate_limits, minute)),
            faults: Mutex::new(Plotted::new(settings.faults)),
            closed: watch::Sender::new(false),
            changes: watch::Sender::new(0),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// The predictions, without what is over by now.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let now = self.now();
        let mut store = locked(&self.store);
        store.sweep(now);
        store
    }

    /// The files, without what is over by now.
    pub(crate) fn files(&self) -> MutexGuard<'_, Files> {
        let now = self.now();
        let mut files = locked(&self.files);
        files.sweep(now);
        files
    }

    pub(crate) fn history(&self) -> MutexGuard<'_, History> {
        locked(&self.history)
    }

    pub(crate) fn rates(&self) -> MutexGuard<'_, Rates> {
        locked(&self.rates)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Plotted> {
        locked(&self.faults)
    }

    /// Takes a cancel into a prediction that somebody follows, and nothing else: what is kept of it
    /// may be removed meanwhile. Answers what time it is.
    pub(crate) fn look(&self, record: &mut Arc<Record>) -> SystemTime {
        let store = self.store();
        let canceled_at = store.get(&record.id).and_then(|kept| kept.life.canceled_at);
        if canceled_at.is_some() && record.life.canceled_at.is_none() {
            Arc::make_mut(record).life.canceled_at = canceled_at;
        }
        self.now()
    }

    /// Puts faults in place of those there were, and starts to count and to draw anew.
    pub(crate) fn plot(&self, faults: Faults) {
        *self.faults() = Plotted::new(faults);
        self.changed();
    }

    /// Counts one more create that would be billed, and the pictures that it asks for.
    pub(crate) fn count_create(&self, pictures: usize) {
        let pictures = u64::try_from(pictures).unwrap_or(u64::MAX);
        self.pictures_accepted.fetch_add(pictures, Ordering::Relaxed);
        self.creates_accepted.fetch_add(1, Ordering::SeqCst);
    }

    /// Tells whoever looks on that there is something new.
    pub(crate) fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Follows what is new.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Ends what goes on without a request: streams, the page's events and webhooks.
    pub(crate) fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Waits until it is closed.
    pub(crate) async fn closed(&self) {
        let _ = self.closed.subscribe().wait_for(|closed| *closed).await;
    }

    pub(crate) fn request_id(&self) -> String {
        let number = self.request_ids.fetch_add(1, Ordering::Relaxed);
        Numbers::from_seed(number).letters(20)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
