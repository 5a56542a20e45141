//! What was paid for and has nobody waiting for it: its caller dropped the future.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quickrouter_api::limits;
use tokio::time::Instant;

use crate::error::Error;
use crate::model::prediction::Prediction;

/// As long as results are kept, there is a reason to keep their ids.
const KEPT: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Orphans(Mutex<Vec<(Instant, Result<Prediction, Error>)>>);

impl Orphans {
    fn entries(&self) -> MutexGuard<'_, Vec<(Instant, Result<Prediction, Error>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take(&self) -> Vec<Result<Prediction, Error>> {
        std::mem::take(&mut *self.entries()).into_iter().map(|(_, entry)| entry).collect()
    }

    pub(crate) fn keep(&self, entry: Result<Prediction, Error>) {
        let mut entries = self.entries();
        entries.retain(|(since, _)| since.elapsed() < KEPT);
        entries.push((Instant::now(), entry));
    }

    /// Puts what is known now in the place of what was known before.
    pub(crate) fn renew(&self, prediction: Prediction) {
        let is_it = |(_, entry): &&mut (Instant, Result<Prediction, Error>)| {
            entry.as_ref().is_ok_and(|before| before.id() == prediction.id())
        };
        if let Some((_, entry)) = self.entries().iter_mut().find(is_it) {
            *entry = Ok(prediction);
        }
    }
}
