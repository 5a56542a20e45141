//! Looking at a prediction until it is over.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::error::{CancelOutcome, DeadlinePassed, Error};
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::retry::{self, Verdict};
use crate::wait_policy::WaitPolicy;

/// The longest pause between two looks that a gateway can ask for: one odd header is no reason not
/// to look at something that is paid for.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

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
    let (policy, read) = (&connection.wait, Read::Get(id));
    let (mut looks, mut unread, mut last_status, mut last_problem) = (0, 0, None, None);
    let mut pause = first;
    while retry::pause(in_time(pause, deadline, policy), deadline).await {
        pause = policy.interval(looks);
        looks += 1;
        let outcome = read.once(connection, deadline).await;
        let problem = match read.verdict(connection, &outcome) {
            Verdict::AgainCounted | Verdict::AgainAfter(None) => outcome.in_words(),
            Verdict::AgainAfter(Some(asked)) => {
                pause = pause.max(asked.min(LONGEST_ASKED));
                outcome.in_words()
            }
            _ => match read.read(read.settle(connection, outcome)?) {
                Ok(prediction) => {
                    seen(&prediction);
                    if prediction.is_terminal() {
                        return ended(prediction);
                    }
                    last_status = Some(prediction.status().clone());
                    (unread, last_problem) = (0, None);
                    continue;
                }
                // One odd page is trouble like any other; many are an answer.
                Err(error) if connection.retry.spent(unread + 1) => return Err(error),
                Err(error) => {
                    unread += 1;
                    error.to_string()
                }
            },
        };
        tracing::warn!("looking at prediction {id} failed ({problem}), looking again");
        last_problem = Some(problem);
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

/// A pause that would end after the deadline is cut, so that there is one last look before it.
fn in_time(pause: Duration, deadline: Instant, policy: &WaitPolicy) -> Duration {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.checked_sub(policy.margin()) {
        Some(last) if pause > last && !last.is_zero() => last,
        _ => pause,
    }
}

/// A prediction that is over: itself if it succeeded, an error if not.
pub(crate) fn ended(prediction: Prediction) -> Result<Prediction, Error> {
    if prediction.is_terminal() && *prediction.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(Box::new(prediction)));
    }
    Ok(prediction)
}
