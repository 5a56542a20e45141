//! Recording, and optionally canceling, orphaned predictions.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::calls::cancel;
use crate::core::context::Context;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

impl Context {
    /// Records the result of a create or a run whose future was dropped, unless nothing was
    /// created.
    pub(crate) fn orphan(
        self: &Arc<Self>,
        result: Result<Prediction, Error>,
        cancel: bool,
        runtime: &Handle,
    ) {
        match &result {
            Ok(prediction) => {
                let id = prediction.id().cloned();
                tracing::warn!("orphaned prediction {}", prediction.shown_id());
                let running_id = id.filter(|_| !prediction.is_terminal());
                self.orphans.keep(result);
                self.cancel_in_background(running_id.filter(|_| cancel), runtime);
            }
            Err(Error::OutcomeUnknown(unknown)) => {
                tracing::warn!("orphaned create: {unknown}");
                let id = unknown.prediction_id.clone();
                self.orphans.keep(result);
                self.cancel_in_background(id.filter(|_| cancel), runtime);
            }
            Err(error) => tracing::debug!("orphaned create: {error}"),
        }
    }

    fn cancel_in_background(self: &Arc<Self>, id: Option<PredictionId>, runtime: &Handle) {
        let Some(id) = id else { return };
        let context = Arc::clone(self);
        runtime.spawn(async move {
            match cancel::cancel_within_grace(&context, &id, Instant::now()).await {
                Ok(prediction) => context.orphans.update(prediction),
                Err(why) => tracing::warn!("orphaned prediction cannot be canceled: {why}"),
            }
        });
    }
}
