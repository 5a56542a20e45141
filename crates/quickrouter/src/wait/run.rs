//! A whole run: create, wait, and a cancel when the deadline passes.

use std::sync::Arc;

use quickrouter_api::Status;
use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::calls::cancel;
use crate::calls::detach;
use crate::core::context::Connection;
use crate::error::Error;
use crate::error::details::CancelOutcome;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::Prepared;
use crate::wait::by_stream;
use crate::wait::poll::{self, Seen};
use crate::wait::schedule::{Began, Forecast};

/// Creates a prediction and waits for its end, within one deadline.
pub(crate) async fn run(
    connection: Arc<Connection>,
    prepared: Prepared,
    seen: Seen<'_>,
) -> Result<Prediction, Error> {
    let (warnings, cancel_on_drop) = (prepared.warnings.clone(), prepared.cancel_on_drop);
    let cancels = prepared.cancel_at_deadline;
    let model = prepared.asked.model.clone();
    let deadline = connection.wait.ends();
    let accepted = detach::create(&connection, prepared, deadline).await?;
    let (created, _slot) = (accepted.prediction, accepted.slot);
    let mut forecast = Forecast::new(Began::Here(accepted.created), model.as_deref());
    forecast.observe(&created, &connection);
    seen(&created, &forecast);
    let id = match created.id() {
        Some(id) if !created.is_terminal() => id.clone(),
        _ => return poll::ended(created),
    };
    let first = forecast.pause(&connection);
    let found = created.was_found();
    let followed = connection.wait.is_by_stream().then(|| created.clone());
    let guard = Guard::new(&connection, created, cancel_on_drop);
    let ended = match followed {
        // In a box, so that a run that waits by looks has no room for a stream.
        Some(created) => {
            let (connection, forecast) = (&connection, &mut forecast);
            Box::pin(by_stream::watch(connection, &id, created, deadline, first, forecast, seen))
                .await
        }
        None => poll::watch(&connection, &id, deadline, first, &mut forecast, seen).await,
    };
    let ended = match ended {
        Err(Error::Deadline(mut passed)) if cancels => {
            match cancel_at_deadline(&connection, &id, deadline).await {
                Ok(over) => {
                    seen(&over, &forecast);
                    poll::ended(over)
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
    ended.map(|finished| finished.with_warnings(warnings).that_was_found(found))
}

/// Asks for a cancel, within the one grace after the deadline: a search for the create may have used
/// up a part of it. One that was over before the cancel came is what was paid for.
async fn cancel_at_deadline(
    connection: &Connection,
    id: &PredictionId,
    deadline: Instant,
) -> Result<Prediction, CancelOutcome> {
    match cancel::within_grace(connection, id, deadline).await {
        Ok(over) if over.is_terminal() && *over.status() != Status::Canceled => Ok(over),
        Ok(canceled) => Err(CancelOutcome::Answered(canceled.status().clone())),
        Err(why) => Err(CancelOutcome::Unconfirmed(why)),
    }
}

/// Keeps the prediction of a run whose future is dropped before it is ready.
struct Guard {
    connection: Arc<Connection>,
    created: Option<Prediction>,
    cancel_on_drop: bool,
    runtime: Handle,
}

impl Guard {
    fn new(connection: &Arc<Connection>, created: Prediction, cancel_on_drop: bool) -> Self {
        let connection = Arc::clone(connection);
        Self { connection, created: Some(created), cancel_on_drop, runtime: Handle::current() }
    }

    fn disarm(mut self) {
        self.created = None;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(created) = self.created.take() {
            self.connection.abandon(Ok(created), self.cancel_on_drop, &self.runtime);
        }
    }
}
