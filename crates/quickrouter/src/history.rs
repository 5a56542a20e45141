//! What earlier predictions took, by model: kept in the client, shared by its clones.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// How many predictions of a model are remembered, the newest.
const KEPT: usize = 32;
/// How many models are remembered; then all are forgotten, which costs a few looks.
const MODELS: usize = 256;

/// What one prediction took, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Took {
    /// From created to over.
    pub(crate) total: f64,
    /// From started to over, where that is told.
    pub(crate) run: Option<f64>,
    /// From the foretold end of the log's bars to over, where bars were seen.
    pub(crate) tail: Option<f64>,
}

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct History(Mutex<HashMap<String, VecDeque<Took>>>);

/// What predictions of one model took, in seconds, the shortest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Past {
    pub(crate) totals: Vec<f64>,
    pub(crate) runs: Vec<f64>,
    pub(crate) tails: Vec<f64>,
}

impl History {
    pub(crate) fn add(&self, model: &str, took: Took) {
        let mut models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if models.len() >= MODELS && !models.contains_key(model) {
            models.clear();
        }
        let known = models.entry(model.to_owned()).or_default();
        if known.len() >= KEPT {
            known.pop_front();
        }
        known.push_back(took);
    }

    pub(crate) fn of(&self, model: Option<&str>) -> Past {
        let models = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = model.and_then(|model| models.get(model)) else { return Past::default() };
        let sorted = |pick: fn(&Took) -> Option<f64>| {
            let mut seconds: Vec<f64> = known.iter().filter_map(pick).collect();
            seconds.sort_by(f64::total_cmp);
            seconds
        };
        Past {
            totals: sorted(|took| Some(took.total)),
            runs: sorted(|took| took.run),
            tails: sorted(|took| took.tail),
        }
    }
}
