//! The state of one gateway: its clock, keys, predictions and counters.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use quickrouter_api::{Clock, limits};
use tokio::sync::{Notify, Semaphore, watch};
use tokio_util::sync::CancellationToken;

use crate::delivery::Sender;
use crate::faults::{FaultSelector, Faults};
use crate::model::catalog::Catalog;
use crate::model::entry::ModelEntry;
use crate::model::rng::Rng;
use crate::model::timing::Timing;
use crate::state::billing::{Billing, Tariff};
use crate::state::files::Files;
use crate::state::keys::ApiKeys;
use crate::state::memory_budget::MemoryBudget;
use crate::state::opening::Opened;
use crate::state::personality::Traits;
use crate::state::predictions::{Predictions, Record};
use crate::state::price::Price;
use crate::state::rate_limits::{RateLimiter, RateLimits};
use crate::state::replaying::Replaying;
use crate::state::request_log::RequestLog;
use crate::state::totals::{CREATES, PICTURES, REFUNDED, UPLOADS, USED};
use crate::store::{Journal, JsonRow, Table};

/// How many output files are made concurrently; a large one takes 50 MB meanwhile.
const CONCURRENT_RENDERS: usize = 4;

/// Memory for request bodies in progress, in bytes, and as much again for predictions with a
/// webhook.
const BUDGET: usize = 256 * 1024 * 1024;
/// Smallest reservation of a prediction with a webhook: about 10,000 fit.
const WEBHOOK_MINIMUM: usize = 26 * 1024;

/// What the handlers share.
pub(crate) type Shared = Arc<State>;

/// The settings of a gateway.
pub(crate) struct Settings {
    pub(crate) clock: Clock,
    pub(crate) keys: ApiKeys,
    pub(crate) strict_inputs: bool,
    pub(crate) cors: bool,
    pub(crate) forwarded: bool,
    pub(crate) replaying: Option<Replaying>,
    pub(crate) timing: Timing,
    pub(crate) traits: Traits,
    pub(crate) rate_limits: RateLimits,
    pub(crate) faults: Faults,
    pub(crate) webhooks: Sender,
    /// The origin for URLs if a request names no host.
    pub(crate) origin: String,
    /// The other origin, for URLs if the traits say so.
    pub(crate) elsewhere: String,
    pub(crate) opened: Opened,
    /// What a picture would cost, in USD.
    pub(crate) price: f64,
    pub(crate) tariff: Tariff,
}

/// The state of one gateway.
pub(crate) struct State {
    pub(crate) clock: Clock,
    /// Whether other sites may use the API.
    pub(crate) cors: bool,
    /// Whether URLs follow what a reverse proxy says.
    pub(crate) forwarded: bool,
    pub(crate) keys: ApiKeys,
    pub(crate) timing: Timing,
    pub(crate) traits: Traits,
    pub(crate) origin: String,
    pub(crate) elsewhere: String,
    pub(crate) started_at: SystemTime,
    pub(crate) webhooks: Sender,
    pub(crate) render_permits: Arc<Semaphore>,
    /// For bodies that are being read or not answered yet.
    pub(crate) body_budget: MemoryBudget,
    /// For predictions with a webhook: each holds its input until its last delivery, which a silent
    /// receiver delays.
    pub(crate) webhook_budget: MemoryBudget,
    /// Notified of every cancel, after it is stored.
    pub(crate) canceled: Notify,
    pub(crate) creates_accepted: AtomicU64,
    /// How many pictures the accepted creates requested.
    pub(crate) pictures_accepted: AtomicU64,
    pub(crate) requests: AtomicU64,
    pub(crate) price: Price,
    pub(crate) tariff: Tariff,
    /// Whether an unknown input is refused.
    pub(crate) strict_inputs: bool,
    pub(crate) journal: Journal,
    pub(crate) replaying: Option<Replaying>,
    request_ids: AtomicU64,
    catalog: Mutex<Catalog>,
    store: Mutex<Predictions>,
    files: Mutex<Files>,
    request_log: Mutex<RequestLog>,
    rate_limiter: Mutex<RateLimiter>,
    faults: Mutex<FaultSelector>,
    billing: Mutex<Billing>,
    /// Canceled when the gateway closes.
    closing: CancellationToken,
    /// Counts what the page may show: exchanges, creates, cancels, faults.
    changes: watch::Sender<u64>,
}

impl State {
    pub(crate) fn new(settings: Settings) -> Self {
        let minute = settings.timing.retention(Duration::from_secs(60));
        let retention =
            settings.timing.retention(Duration::from_secs(limits::FILE_RETENTION_SECONDS));
        let Opened { kept, journal, id_seed: seed, catalog } = settings.opened;
        let mut store = Predictions::new(ids("predictions", seed, kept.starts));
        let mut files = Files::new(ids("files", seed, kept.starts), retention);
        let (creates, pictures) = (kept.total(CREATES), kept.total(PICTURES));
        let used = kept.total(USED).saturating_sub(kept.total(REFUNDED));
        let (runs, uploads, models) = (kept.runs(), kept.total(UPLOADS), kept.models);
        store.restore(kept.predictions, &kept.recordings, creates, runs, journal.clone());
        files.restore(kept.files, uploads, journal.clone());
        settings.webhooks.deliveries().restore(kept.deliveries, journal.clone());
        let state = Self {
            started_at: settings.clock.now(),
            clock: settings.clock,
            cors: settings.cors,
            forwarded: settings.forwarded,
            keys: settings.keys,
            timing: settings.timing,
            traits: settings.traits,
            origin: settings.origin,
            elsewhere: settings.elsewhere,
            webhooks: settings.webhooks,
            render_permits: Arc::new(Semaphore::new(CONCURRENT_RENDERS)),
            body_budget: MemoryBudget::new(BUDGET, 0),
            webhook_budget: MemoryBudget::new(BUDGET, WEBHOOK_MINIMUM),
            canceled: Notify::new(),
            creates_accepted: AtomicU64::new(creates),
            pictures_accepted: AtomicU64::new(pictures),
            requests: AtomicU64::new(0),
            price: Price::new(settings.price),
            billing: Mutex::new(Billing::new(settings.tariff.quota, used)),
            tariff: settings.tariff,
            strict_inputs: settings.strict_inputs,
            journal,
            replaying: settings.replaying,
            request_ids: AtomicU64::new((!seed).wrapping_add(kept.starts << 40)),
            catalog: Mutex::new(catalog),
            store: Mutex::new(store),
            files: Mutex::new(files),
            request_log: Mutex::default(),
            rate_limiter: Mutex::new(RateLimiter::new(settings.rate_limits, minute)),
            faults: Mutex::new(FaultSelector::new(settings.faults)),
            closing: CancellationToken::new(),
            changes: watch::Sender::new(0),
        };
        state.keep_models(&state.catalog(), models);
        state
    }

    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// The predictions, without expired data.
    pub(crate) fn store(&self) -> MutexGuard<'_, Predictions> {
        let now = self.now();
        let mut store = locked(&self.store);
        store.sweep(now);
        store
    }

    /// The prediction of this number and its bytes, even if its data is about to be removed.
    pub(crate) fn kept_record(&self, number: u64) -> Option<(usize, Arc<Record>)> {
        locked(&self.store).by_number(number)
    }

    /// The files, without expired ones.
    pub(crate) fn files(&self) -> MutexGuard<'_, Files> {
        let now = self.now();
        let mut files = locked(&self.files);
        files.sweep(now);
        files
    }

    /// The models that it runs.
    pub(crate) fn catalog(&self) -> MutexGuard<'_, Catalog> {
        locked(&self.catalog)
    }

    /// The model of this name; made up, if any is accepted.
    pub(crate) fn model(&self, name: &str) -> Option<Arc<ModelEntry>> {
        let mut catalog = self.catalog();
        catalog.find(name).cloned().or_else(|| {
            let made = catalog.made_up(name)?;
            self.keep_model(&made, &catalog);
            Some(made)
        })
    }

    /// The model that runs for this version; made up, if any is accepted.
    pub(crate) fn model_by_version(&self, version: &str) -> Option<Arc<ModelEntry>> {
        let mut catalog = self.catalog();
        catalog.by_version(version).cloned().or_else(|| {
            let made = catalog.made_up_by_version(version)?;
            self.keep_model(&made, &catalog);
            Some(made)
        })
    }

    /// Keeps a model that was added to the catalog.
    fn keep_model(&self, model: &Arc<ModelEntry>, catalog: &Catalog) {
        if let (Some(definition), Some(place)) = (&model.definition, catalog.place(&model.name)) {
            self.journal.put(Table::Models, place, JsonRow::new(definition.clone()));
        }
    }

    /// Replaces the catalog, and keeps its models in place of those of these rows.
    fn keep_models(&self, catalog: &Catalog, rows: impl IntoIterator<Item = u64>) {
        rows.into_iter().for_each(|row| self.journal.remove(Table::Models, row));
        if self.journal.keeps() {
            catalog.all().for_each(|model| self.keep_model(model, catalog));
        }
    }

    /// Puts another catalog in place of the current one. Returns it locked, so that a flush of the
    /// journal covers it.
    pub(crate) fn replace_models(&self, replaced: Catalog) -> MutexGuard<'_, Catalog> {
        let mut catalog = self.catalog();
        let rows: Vec<u64> = catalog.all().filter_map(|model| catalog.place(&model.name)).collect();
        *catalog = replaced;
        self.keep_models(&catalog, rows);
        catalog
    }

    pub(crate) fn request_log(&self) -> MutexGuard<'_, RequestLog> {
        locked(&self.request_log)
    }

    pub(crate) fn rate_limiter(&self) -> MutexGuard<'_, RateLimiter> {
        locked(&self.rate_limiter)
    }

    pub(crate) fn billing(&self) -> MutexGuard<'_, Billing> {
        locked(&self.billing)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultSelector> {
        locked(&self.faults)
    }

    /// Copies a cancel from the store into a record held by a follower, and nothing else, since
    /// stored data may be removed meanwhile. Returns the current time.
    pub(crate) fn refresh(&self, record: &mut Arc<Record>) -> SystemTime {
        let store = self.store();
        let canceled_at = store.get(&record.id).and_then(|kept| kept.lifecycle.canceled_at);
        if canceled_at.is_some() && record.lifecycle.canceled_at.is_none() {
            Arc::make_mut(record).lifecycle.canceled_at = canceled_at;
        }
        self.now()
    }

    /// Replaces all faults; counting and drawing start from the beginning.
    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults() = FaultSelector::new(faults);
        self.notify_changed();
    }

    /// Counts an accepted create and the pictures that it requests.
    pub(crate) fn count_create(&self, pictures: usize) {
        let pictures = u64::try_from(pictures).unwrap_or(u64::MAX);
        self.pictures_accepted.fetch_add(pictures, Ordering::Relaxed);
        self.creates_accepted.fetch_add(1, Ordering::SeqCst);
    }

    /// Notifies the open pages of a change.
    pub(crate) fn notify_changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Subscribes to changes.
    #[cfg(feature = "page")]
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Canceled when the gateway closes: streams, the page's events and webhooks end then, and a
    /// server stops.
    pub(crate) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// Waits until the gateway closes.
    pub(crate) async fn closed(&self) {
        self.closing.cancelled().await;
    }

    pub(crate) fn next_request_id(&self) -> String {
        let number = self.request_ids.fetch_add(1, Ordering::Relaxed);
        Rng::from_seed(number).alphanumeric(20)
    }
}

/// Draws the ids of one kind: others after each start, so that none comes again.
fn ids(of: &str, seed: u64, starts: u64) -> Rng {
    match (of, starts) {
        ("predictions", 0) => Rng::from_seed(seed),
        (_, 0) => Rng::from_bytes(format!("{of}/{seed}").as_bytes()),
        _ => Rng::from_bytes(format!("{of}/{seed}/{starts}").as_bytes()),
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
