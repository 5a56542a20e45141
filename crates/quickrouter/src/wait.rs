//! Looking at a prediction until it is over.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::error::{CancelOutcome, DeadlinePassed, Error};
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::retry::{self, Verdict};

/// Looks at a prediction until it is over or the deadline passes, the first time after `first`.
///
/// Trouble on the way is no reason to give up something that is paid for: it is told if the
/// deadline passes.
pub(crate) async fn watch(
    connection: &Connection,
    id: &PredictionId,
    deadline: Instant,
    first: Duration,
    seen: &mut (dyn FnMut(&Prediction) + Send),
) -> Result<Prediction, Error> {
    let policy = &connection.wait;
    let read = Read::Get(id);
    let (mut looks, mut last_status, mut last_problem) = (0, None, None);
    let mut pause = first;
    while retry::pause(pause, deadline).await {
        pause = policy.interval(looks);
        looks += 1;
        let outcome = read.once(connection, deadline).await;
        match read.verdict(connection, &outcome) {
            Verdict::AgainCounted | Verdict::AgainAfter(None) => {
                last_problem = Some(outcome.in_words());
            }
            Verdict::AgainAfter(Some(asked)) => {
                last_problem = Some(outcome.in_words());
                pause = pause.max(asked);
            }
            _ => {
                let prediction = read.read(connection, read.settle(connection, outcome)?)?;
                seen(&prediction);
                if prediction.is_terminal() {
                    return ended(prediction);
                }
                last_status = Some(prediction.status().clone());
                last_problem = None;
            }
        }
        if let Some(problem) = &last_problem {
            tracing::warn!(prediction = %id, "looking failed ({problem}), looking again");
        }
    }
    tokio::time::sleep_until(deadline).await;
    Err(Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id.clone(),
        last_status,
        deadline: policy.limit(),
        last_problem,
        cancel: CancelOutcome::NotAsked,
    })))
}

/// A prediction that is over: itself if it succeeded, an error if not.
pub(crate) fn ended(prediction: Prediction) -> Result<Prediction, Error> {
    if prediction.is_terminal() && *prediction.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(Box::new(prediction)));
    }
    Ok(prediction)
}
