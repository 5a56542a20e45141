//! The ids a client knows, and its creates in flight, so that a recovered prediction is never
//! claimed twice.

use std::collections::hash_map::{HashMap, RandomState};
use std::collections::{BTreeMap, VecDeque};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quickrouter_api::limits;
use tokio::time::Instant;

use crate::model::expected::Expected;
use crate::model::prediction_id::PredictionId;
use crate::request::requested::Requested;

/// Minimum number of ids before expired ones are removed.
const MIN_PRUNED: usize = 1024;

/// How long a 404 for a newly created prediction may mean "not yet available".
const FRESH: Duration = Duration::from_secs(10);

/// How long a confirmed id is kept: as long as the gateway keeps results.
const RETENTION: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// The registry, shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<RegistryState>);

#[derive(Debug, Default)]
struct RegistryState {
    in_flight: BTreeMap<u64, (Instant, Arc<Requested>)>,
    /// Creates that ended with an unknown outcome, and when.
    unknown: VecDeque<(Instant, Arc<Requested>)>,
    next: u64,
    /// Keyed by hashes of ids: strings that live for seconds, allocated among those that live for
    /// one request, fragment the heap, which costs more than everything else here. On a collision a
    /// prediction is not claimed, or a 404 is retried.
    ids: HashMap<u64, KnownId>,
    hasher: RandomState,
    /// Number of ids at which expired ones are removed; 0 at first.
    prune_at: usize,
}

#[derive(Clone, Copy, Debug)]
struct KnownId {
    at: Instant,
    created_here: bool,
    /// Whether a create or a poll has returned it.
    confirmed: bool,
    /// What its create requested, if it was created here.
    expected: Expected,
}

/// A create in flight, until dropped.
#[derive(Debug)]
pub(crate) struct InFlight<'a> {
    registry: &'a Registry,
    number: u64,
    pub(crate) requested: Arc<Requested>,
}

impl Registry {
    fn state(&self) -> MutexGuard<'_, RegistryState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Registers a create in flight.
    pub(crate) fn begin(&self, requested: &Arc<Requested>) -> InFlight<'_> {
        let requested = Arc::clone(requested);
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.in_flight.insert(number, (Instant::now(), Arc::clone(&requested)));
        drop(state);
        InFlight { registry: self, number, requested }
    }

    /// Records a prediction created by this client.
    pub(crate) fn created(&self, id: &PredictionId, expected: Expected) {
        let mut state = self.state();
        let known = state.record(id, true);
        (known.confirmed, known.expected) = (true, expected);
    }

    /// What the create of a prediction requested, if known.
    pub(crate) fn expected(&self, id: &PredictionId) -> Expected {
        self.state().known(id).map(|known| known.expected).unwrap_or_default()
    }

    /// Records an id requested by the program, which therefore belongs to another call.
    pub(crate) fn record_requested(&self, id: &PredictionId) {
        self.state().record(id, false);
    }

    /// Records that a prediction with this id exists.
    pub(crate) fn confirm(&self, id: &PredictionId) {
        self.state().record(id, false).confirmed = true;
    }

    /// Whether this client has created or received a prediction with this id.
    pub(crate) fn is_confirmed(&self, id: &PredictionId) -> bool {
        self.state().known(id).is_some_and(|known| known.confirmed)
    }

    /// Whether this client created the prediction a few seconds ago.
    pub(crate) fn is_fresh(&self, id: &PredictionId) -> bool {
        let state = self.state();
        state.known(id).is_some_and(|known| known.created_here && known.at.elapsed() < FRESH)
    }

    /// Whether the id is unknown to this client.
    pub(crate) fn is_new(&self, id: &PredictionId) -> bool {
        self.state().known(id).is_none()
    }
}

impl InFlight<'_> {
    /// Claims a recovered prediction; fails if its id is known here, or if an identical create is
    /// in flight or has recently ended with an unknown outcome and could own it.
    pub(crate) fn claim(&self, id: &PredictionId) -> bool {
        let mut state = self.registry.state();
        state.prune();
        let is_rival = |(number, (_, requested)): (&u64, &(Instant, Arc<Requested>))| {
            *number != self.number && requested.is_like(&self.requested)
        };
        let has_unknown_rival =
            state.unknown.iter().any(|(_, requested)| requested.is_like(&self.requested));
        let has_rivals = state.in_flight.iter().any(is_rival) || has_unknown_rival;
        if has_rivals || state.known(id).is_some() {
            return false;
        }
        state.record(id, true).confirmed = true;
        true
    }
}

impl InFlight<'_> {
    /// Records that the outcome stays unknown, so that a prediction found later may belong to this
    /// create.
    pub(crate) fn mark_unknown(&self) {
        let ended = (Instant::now(), Arc::clone(&self.requested));
        self.registry.state().unknown.push_back(ended);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.registry.state().in_flight.remove(&self.number);
    }
}

impl RegistryState {
    /// Removes entries that can no longer matter.
    fn prune(&mut self) {
        let now = Instant::now();
        let oldest = self.in_flight.values().next().map_or(now, |(since, _)| *since);
        while self.unknown.front().is_some_and(|(at, _)| *at + FRESH < oldest) {
            self.unknown.pop_front();
        }
        if self.ids.len() >= self.prune_at {
            // Clocks of several machines are compared, hence the margin before the oldest create.
            // Confirmed ids are kept while they may still be requested.
            self.ids.retain(|_, known| {
                known.at + FRESH >= oldest || (known.confirmed && known.at + RETENTION >= now)
            });
            // Doubling the threshold keeps the amortized cost constant.
            self.prune_at = (2 * self.ids.len()).max(MIN_PRUNED);
        }
    }

    fn known(&self, id: &PredictionId) -> Option<KnownId> {
        self.ids.get(&self.hasher.hash_one(id)).copied()
    }

    fn record(&mut self, id: &PredictionId, created_here: bool) -> &mut KnownId {
        self.prune();
        let entry = self.ids.entry(self.hasher.hash_one(id));
        let new = KnownId {
            at: Instant::now(),
            created_here: false,
            confirmed: false,
            expected: Expected::default(),
        };
        let known = entry.or_insert(new);
        known.created_here |= created_here;
        known
    }
}
