//! A complete run: create, wait, and cancel at the deadline.

use std::sync::Arc;

use quickrouter_api::Status;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::calls::cancel;
use crate::calls::detach;
use crate::core::context::Context;
use crate::error::Error;
use crate::error::details::CancelOutcome;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::Prepared;
use crate::wait::by_stream;
use crate::wait::poll::{self, Observer};
use crate::wait::schedule::{Created, Schedule};

/// Creates a prediction and waits until it is terminal, within one deadline.
pub(crate) async fn run(
    context: Arc<Context>,
    prepared: Prepared,
    observer: Observer<'_>,
) -> Result<Prediction, Error> {
    let (warnings, cancel_on_drop) = (prepared.warnings.clone(), prepared.cancel_on_drop);
    let cancels_at_deadline = prepared.cancel_at_deadline;
    let model = prepared.requested.model.clone();
    let deadline = context.wait.ends();
    let accepted = detach::create(&context, prepared, deadline).await?;
    let (created, _slot) = (accepted.prediction, accepted.slot);
    let mut schedule = Schedule::new(Created::Here(accepted.created), model.as_deref());
    schedule.observe(&created, &context);
    observer(&created, &schedule);
    let id = match created.id() {
        Some(id) if !created.is_terminal() => id.clone(),
        _ => return poll::into_result(created),
    };
    let first = schedule.pause(&context);
    let recovered = created.was_recovered();
    let streamed = context.wait.is_by_stream().then(|| created.clone());
    let guard = OrphanGuard::new(&context, created, cancel_on_drop);
    let ended = match streamed {
        // Boxed, so that a run that polls does not reserve memory for a stream.
        Some(created) => {
            let (context, schedule) = (&context, &mut schedule);
            Box::pin(by_stream::until_terminal(
                context, &id, created, deadline, first, schedule, observer,
            ))
            .await
        }
        None => poll::until_terminal(&context, &id, deadline, first, &mut schedule, observer).await,
    };
    let ended = match ended {
        Err(Error::Deadline(mut passed)) if cancels_at_deadline => {
            match cancel_at_deadline(&context, &id, deadline).await {
                Ok(terminal) => {
                    observer(&terminal, &schedule);
                    poll::into_result(terminal)
                }
                Err(cancel) => {
                    passed.cancel = cancel;
                    Err(Error::Deadline(passed))
                }
            }
        }
        ended => ended,
    };
    guard.disarm();
    ended.map(|finished| finished.with_warnings(warnings).with_recovered(recovered))
}

/// Requests a cancel within the grace period after the deadline, part of which a recovery may have
/// used. If the prediction was terminal before the cancel arrived, it is returned: it is paid for.
async fn cancel_at_deadline(
    context: &Context,
    id: &PredictionId,
    deadline: Instant,
) -> Result<Prediction, CancelOutcome> {
    match cancel::cancel_within_grace(context, id, deadline).await {
        Ok(terminal) if terminal.is_terminal() && *terminal.status() != Status::Canceled => {
            Ok(terminal)
        }
        Ok(canceled) => Err(CancelOutcome::Requested(canceled.status().clone())),
        Err(why) => Err(CancelOutcome::Unconfirmed(why)),
    }
}

/// Records the prediction as orphaned if the run's future is dropped.
struct OrphanGuard {
    context: Arc<Context>,
    created: Option<Prediction>,
    cancel_on_drop: bool,
    runtime: Handle,
}

impl OrphanGuard {
    fn new(context: &Arc<Context>, created: Prediction, cancel_on_drop: bool) -> Self {
        let context = Arc::clone(context);
        Self { context, created: Some(created), cancel_on_drop, runtime: Handle::current() }
    }

    fn disarm(mut self) {
        self.created = None;
    }
}

impl Drop for OrphanGuard {
    fn drop(&mut self) {
        if let Some(created) = self.created.take() {
            self.context.orphan(Ok(created), self.cancel_on_drop, &self.runtime);
        }
    }
}
