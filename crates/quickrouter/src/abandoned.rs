//! What was paid for and has nobody waiting for it: its caller dropped the future.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use quickrouter_api::limits;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::cancel;
use crate::connection::Connection;
use crate::error::Error;
use crate::prediction::Prediction;
use crate::prediction_id::PredictionId;

/// As long as results are kept, there is a reason to keep their ids.
const KEPT: Duration = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);

/// Shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Abandoned(Mutex<Vec<(Instant, Result<Prediction, Error>)>>);

impl Abandoned {
    fn entries(&self) -> MutexGuard<'_, Vec<(Instant, Result<Prediction, Error>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn take(&self) -> Vec<Result<Prediction, Error>> {
        std::mem::take(&mut *self.entries()).into_iter().map(|(_, entry)| entry).collect()
    }

    fn keep(&self, entry: Result<Prediction, Error>) {
        let mut entries = self.entries();
        entries.retain(|(since, _)| since.elapsed() < KEPT);
        entries.push((Instant::now(), entry));
    }

    /// Puts what is known now in the place of what was known before.
    fn renew(&self, prediction: Prediction) {
        let is_it = |(_, entry): &&mut (Instant, Result<Prediction, Error>)| {
            entry.as_ref().is_ok_and(|before| before.id() == prediction.id())
        };
        if let Some((_, entry)) = self.entries().iter_mut().find(is_it) {
            *entry = Ok(prediction);
        }
    }
}

impl Connection {
    /// Keeps what became of a create, or of a prediction, whose caller has gone. Nothing is kept
    /// where nothing was created.
    pub(crate) fn abandon(
        self: &Arc<Self>,
        result: Result<Prediction, Error>,
        cancel: bool,
        runtime: &Handle,
    ) {
        match &result {
            Ok(prediction) => {
                let id = prediction.id().cloned();
                tracing::warn!("nobody waits for prediction {} any more", prediction.shown_id());
                let runs = id.filter(|_| !prediction.is_terminal());
                self.abandoned.keep(result);
                self.cancel_in_background(runs.filter(|_| cancel), runtime);
            }
            Err(Error::OutcomeUnknown(unknown)) => {
                tracing::warn!("nobody waits for a create any more: {unknown}");
                let id = unknown.prediction_id.clone();
                self.abandoned.keep(result);
                self.cancel_in_background(id.filter(|_| cancel), runtime);
            }
            Err(error) => tracing::debug!("nobody waits for a create any more: {error}"),
        }
    }

    fn cancel_in_background(self: &Arc<Self>, id: Option<PredictionId>, runtime: &Handle) {
        let Some(id) = id else { return };
        let connection = Arc::clone(self);
        runtime.spawn(async move {
            match cancel::within_grace(&connection, &id, Instant::now()).await {
                Ok(prediction) => connection.abandoned.renew(prediction),
                Err(why) => tracing::warn!("a prediction is not canceled: {why}"),
            }
        });
    }
}
