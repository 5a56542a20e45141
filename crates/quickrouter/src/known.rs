//! Which predictions a client knows, as far back as a create is under way that may be looked for.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use crate::prediction::PredictionId;

/// How long a 404 for a prediction that was just created may mean "not yet".
const FRESH: Duration = Duration::from_secs(10);

/// What a create asks for, as far as a prediction shows it.
#[derive(Debug, PartialEq)]
pub(crate) struct Asked {
    /// The model's name; `None` where only a version is known.
    pub(crate) model: Option<String>,
    /// The version, where one was asked for.
    pub(crate) version: Option<String>,
    pub(crate) input: Map<String, Value>,
}

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    flights: BTreeMap<u64, (Instant, Arc<Asked>)>,
    /// Creates that ended with their outcome unknown, and when.
    unknown: VecDeque<(Instant, Arc<Asked>)>,
    next: u64,
    ids: HashMap<PredictionId, Since>,
    /// The same ids, the oldest first.
    order: VecDeque<(Instant, PredictionId)>,
}

#[derive(Clone, Copy, Debug)]
struct Since {
    at: Instant,
    created_here: bool,
}

/// A create under way; it is over when this is dropped.
#[derive(Debug)]
pub(crate) struct Flight<'a> {
    known: &'a Known,
    number: u64,
    pub(crate) asked: Arc<Asked>,
}

impl Known {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A create sets out.
    pub(crate) fn sets_out(&self, asked: &Arc<Asked>) -> Flight<'_> {
        let asked = Arc::clone(asked);
        let mut state = self.state();
        let number = state.next;
        state.next += 1;
        state.flights.insert(number, (Instant::now(), Arc::clone(&asked)));
        drop(state);
        Flight { known: self, number, asked }
    }

    /// Remembers a prediction that this client created.
    pub(crate) fn created(&self, id: &PredictionId) {
        self.state().remember(id, true);
    }

    /// Remembers a prediction that was asked for by its id, and so is somebody's already.
    pub(crate) fn asked_for(&self, id: &PredictionId) {
        self.state().remember(id, false);
    }

    /// Whether this client created the prediction only just.
    pub(crate) fn is_fresh(&self, id: &PredictionId) -> bool {
        let state = self.state();
        state.ids.get(id).is_some_and(|since| since.created_here && since.at.elapsed() < FRESH)
    }

    /// Whether nobody here knows this prediction.
    pub(crate) fn is_new(&self, id: &PredictionId) -> bool {
        !self.state().ids.contains_key(id)
    }
}

impl Flight<'_> {
    /// Takes a prediction that was found for one's own: not if somebody here knows it already, and
    /// not while another create like this one is under way, or ended unknown only just, whose it may be.
    pub(crate) fn claim(&self, id: &PredictionId) -> bool {
        let mut state = self.known.state();
        state.forget();
        let like_this = |(number, (_, asked)): (&u64, &(Instant, Arc<Asked>))| {
            *number != self.number && *asked == self.asked
        };
        let unknown_like_this = state.unknown.iter().any(|(_, asked)| *asked == self.asked);
        let rivals = state.flights.iter().any(like_this) || unknown_like_this;
        if rivals || state.ids.contains_key(id) {
            return false;
        }
        state.remember(id, true);
        true
    }
}

impl Flight<'_> {
    /// It ends, and what came of it is not known: what is found later may be its.
    pub(crate) fn stays_unknown(&self) {
        let ended = (Instant::now(), Arc::clone(&self.asked));
        self.known.state().unknown.push_back(ended);
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.known.state().flights.remove(&self.number);
    }
}

impl State {
    /// Forgets what can be nobody's any more.
    fn forget(&mut self) {
        let now = Instant::now();
        let oldest = self.flights.values().next().map_or(now, |(since, _)| *since);
        while self.unknown.front().is_some_and(|(at, _)| *at + FRESH < oldest) {
            self.unknown.pop_front();
        }
        while let Some((at, _)) = self.order.front() {
            // Clocks of several machines are compared, so a while before the oldest counts too.
            if *at + FRESH >= oldest {
                break;
            }
            if let Some((_, gone)) = self.order.pop_front() {
                self.ids.remove(&gone);
            }
        }
    }

    fn remember(&mut self, id: &PredictionId, created_here: bool) {
        self.forget();
        let now = Instant::now();
        if let Some(since) = self.ids.get_mut(id) {
            since.created_here |= created_here;
            return;
        }
        self.ids.insert(id.clone(), Since { at: now, created_here });
        self.order.push_back((now, id.clone()));
    }
}
