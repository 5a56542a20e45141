//! Which predictions a client knows, as far back as a create is under way that may be looked for.

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

/// The fewest ids that are worth a search for those to be forgotten.
const FULL: usize = 1024;

/// How long a 404 for a prediction that was just created may mean "not yet".
const FRESH: Duration = Duration::from_secs(10);

/// How long a prediction is known that was seen: as long as its results are kept.
const KEPT: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Registry(Mutex<RegistryState>);

#[derive(Debug, Default)]
struct RegistryState {
    flights: BTreeMap<u64, (Instant, Arc<Requested>)>,
    /// Creates that ended with their outcome unknown, and when.
    unknown: VecDeque<(Instant, Arc<Requested>)>,
    next: u64,
    /// By the hashes of ids: texts that live for seconds among what lives for one request would
    /// scatter the heap, which costs more than all else here. Should two ever be the same, a
    /// prediction is not adopted, or looked for once more.
    ids: HashMap<u64, Since>,
    hasher: RandomState,
    /// With so many ids, those that can be nobody's any more are forgotten; 0 before the first.
    full: usize,
}

#[derive(Clone, Copy, Debug)]
struct Since {
    at: Instant,
    created_here: bool,
    /// Whether a create or a poll was answered with it.
    confirmed: bool,
    /// What its create requested for, where that was here.
    expected: Expected,
}

/// A create under way; it is over when this is dropped.
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

    /// A create sets out.
    pub(crate) fn begin(&self, requested: &Arc<Requested>) -> InFlight<'_> {
        let requested = Arc::clone(requested);
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.flights.insert(number, (Instant::now(), Arc::clone(&requested)));
        drop(state);
        InFlight { registry: self, number, requested }
    }

    /// Remembers a prediction that this client created.
    pub(crate) fn created(&self, id: &PredictionId, expected: Expected) {
        let mut state = self.state();
        let since = state.remember(id, true);
        (since.confirmed, since.expected) = (true, expected);
    }

    /// What the create of a prediction requested for, where that is known.
    pub(crate) fn expected(&self, id: &PredictionId) -> Expected {
        self.state().since(id).map(|since| since.expected).unwrap_or_default()
    }

    /// Remembers a prediction that was requested for by its id, and so is somebody's already.
    pub(crate) fn asked_for(&self, id: &PredictionId) {
        self.state().remember(id, false);
    }

    /// Remembers that a prediction of this id was seen.
    pub(crate) fn confirm(&self, id: &PredictionId) {
        self.state().remember(id, false).confirmed = true;
    }

    /// Whether a prediction of this id was created or seen by this client.
    pub(crate) fn is_confirmed(&self, id: &PredictionId) -> bool {
        self.state().since(id).is_some_and(|since| since.confirmed)
    }

    /// Whether this client created the prediction only just.
    pub(crate) fn is_fresh(&self, id: &PredictionId) -> bool {
        let state = self.state();
        state.since(id).is_some_and(|since| since.created_here && since.at.elapsed() < FRESH)
    }

    /// Whether nobody here knows this prediction.
    pub(crate) fn is_new(&self, id: &PredictionId) -> bool {
        self.state().since(id).is_none()
    }
}

impl InFlight<'_> {
    /// Takes a prediction that was found for one's own: not if somebody here knows it already, and
    /// not while another create like this one is under way, or ended unknown only just, whose it may be.
    pub(crate) fn claim(&self, id: &PredictionId) -> bool {
        let mut state = self.registry.state();
        state.forget();
        let like_this = |(number, (_, requested)): (&u64, &(Instant, Arc<Requested>))| {
            *number != self.number && requested.is_like(&self.requested)
        };
        let unknown_like_this =
            state.unknown.iter().any(|(_, requested)| requested.is_like(&self.requested));
        let rivals = state.flights.iter().any(like_this) || unknown_like_this;
        if rivals || state.since(id).is_some() {
            return false;
        }
        state.remember(id, true).confirmed = true;
        true
    }
}

impl InFlight<'_> {
    /// It ends, and what came of it is not known: what is found later may be its.
    pub(crate) fn stays_unknown(&self) {
        let ended = (Instant::now(), Arc::clone(&self.requested));
        self.registry.state().unknown.push_back(ended);
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.registry.state().flights.remove(&self.number);
    }
}

impl RegistryState {
    /// Forgets what can be nobody's any more.
    fn forget(&mut self) {
        let now = Instant::now();
        let oldest = self.flights.values().next().map_or(now, |(since, _)| *since);
        while self.unknown.front().is_some_and(|(at, _)| *at + FRESH < oldest) {
            self.unknown.pop_front();
        }
        if self.ids.len() >= self.full {
            // Clocks of several machines are compared, so a while before the oldest counts too. What
            // was seen is known as long as there is a reason to ask for it.
            self.ids.retain(|_, since| {
                since.at + FRESH >= oldest || (since.confirmed && since.at + KEPT >= now)
            });
            // Twice as many before the next time, so that it costs little for each.
            self.full = (2 * self.ids.len()).max(FULL);
        }
    }

    fn since(&self, id: &PredictionId) -> Option<Since> {
        self.ids.get(&self.hasher.hash_one(id)).copied()
    }

    fn remember(&mut self, id: &PredictionId, created_here: bool) -> &mut Since {
        self.forget();
        let known = self.ids.entry(self.hasher.hash_one(id));
        let new = Since {
            at: Instant::now(),
            created_here: false,
            confirmed: false,
            expected: Expected::default(),
        };
        let since = known.or_insert(new);
        since.created_here |= created_here;
        since
    }
}
