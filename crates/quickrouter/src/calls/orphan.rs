//! Keeping, and canceling where that is asked for, what has nobody waiting for it any more.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::calls::cancel;
use crate::core::context::Context;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

impl Context {
    /// Keeps what became of a create, or of a prediction, whose caller has gone. Nothing is kept
    /// where nothing was created.
    pub(crate) fn orphan(
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
                self.orphans.keep(result);
                self.cancel_in_background(runs.filter(|_| cancel), runtime);
            }
            Err(Error::OutcomeUnknown(unknown)) => {
                tracing::warn!("nobody waits for a create any more: {unknown}");
                let id = unknown.prediction_id.clone();
                self.orphans.keep(result);
                self.cancel_in_background(id.filter(|_| cancel), runtime);
            }
            Err(error) => tracing::debug!("nobody waits for a create any more: {error}"),
        }
    }

    fn cancel_in_background(self: &Arc<Self>, id: Option<PredictionId>, runtime: &Handle) {
        let Some(id) = id else { return };
        let context = Arc::clone(self);
        runtime.spawn(async move {
            match cancel::within_grace(&context, &id, Instant::now()).await {
                Ok(prediction) => context.orphans.renew(prediction),
                Err(why) => tracing::warn!("a prediction is not canceled: {why}"),
            }
        });
    }
}
