//! Looking at a prediction until it is over.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::decisions::Decision;
use crate::error::{CancelOutcome, DeadlinePassed, Error};
use crate::forecast::Forecast;
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::retry;
use crate::send::Outcome;
use crate::wait_policy::WaitPolicy;

/// The longest pause between two looks that a gateway can ask for: one odd header is no reason not
/// to look at something that is paid for.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// Who is shown a prediction after every look.
pub(crate) type Seen<'a> = &'a mut (dyn FnMut(&Prediction, &Forecast) + Send);

/// Looks at a prediction until it is over or the deadline passes, the first time after `first`.
///
/// Trouble on the way is no reason to give up something that is paid for: it is told if the
/// deadline passes.
pub(crate) async fn watch(
    connection: &Connection,
    id: &PredictionId,
    deadline: Instant,
    first: Duration,
    forecast: &mut Forecast,
    seen: Seen<'_>,
) -> Result<Prediction, Error> {
    let policy = &connection.wait;
    let (mut odd, mut trouble, mut last_status, mut last_problem) = (0, 0, None, None);
    let mut pause = first;
    while retry::pause(in_time(pause, deadline, policy), deadline).await {
        let problem = match look(connection, id, deadline).await {
            Look::At(prediction) => {
                forecast.observe(&prediction, connection);
                seen(&prediction, forecast);
                if prediction.is_terminal() {
                    return over(connection, forecast, prediction);
                }
                last_status = Some(prediction.status().clone());
                (odd, trouble, last_problem) = (0, 0, None);
                pause = forecast.pause(connection);
                continue;
            }
            // One odd page is trouble like any other; many are an answer.
            Look::Odd(error) if connection.retry.spent(odd + 1) => return Err(error),
            Look::Odd(error) => {
                (odd, pause) = (odd + 1, Duration::ZERO);
                error.to_string()
            }
            Look::Nothing(problem, asked) => {
                pause = asked.unwrap_or_default().min(LONGEST_ASKED);
                problem
            }
            Look::Over(error) => return Err(error),
        };
        tracing::warn!("looking at prediction {id} failed ({problem}), looking again");
        last_problem = Some(problem);
        trouble += 1;
        pause = pause.max(policy.bounded(connection.retry.delay(trouble)));
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

/// What one look gave.
pub(crate) enum Look {
    At(Box<Prediction>),
    /// An answer that is not the prediction.
    Odd(Error),
    /// No answer, or none that says anything about it.
    Nothing(String, Option<Duration>),
    /// An answer that ends the waiting.
    Over(Error),
}

pub(crate) async fn look(connection: &Connection, id: &PredictionId, deadline: Instant) -> Look {
    let read = Read::Get(id);
    // In a box, so that a waiter that only waits holds nothing of a request.
    let outcome = match Box::pin(read.in_turn(connection, deadline)).await {
        Ok(outcome) => outcome,
        Err(no_turn) => return Look::Nothing(no_turn.to_string(), None),
    };
    match (read.decide(connection, &outcome), outcome) {
        (_, Outcome::Prediction(_, prediction)) => Look::At(Box::new(prediction)),
        (_, outcome) if outcome.is_odd() => Look::Odd(read.error(connection, outcome)),
        (Decision::SendAgain | Decision::SendAgainUntilDeadline, outcome) => {
            let asked = outcome.retry_after(connection.clock.now());
            Look::Nothing(outcome.in_words(), asked)
        }
        (_, outcome) => Look::Over(read.error(connection, outcome)),
    }
}

/// A prediction that is seen to be over: what it took is remembered.
pub(crate) fn over(
    connection: &Connection,
    forecast: &Forecast,
    prediction: Box<Prediction>,
) -> Result<Prediction, Error> {
    forecast.learn(&prediction, connection);
    ended(prediction)
}

/// A pause that would end after the deadline is cut, so that there is one last look before it; not
/// below the shortest pause, after which a look is a last one just as well.
fn in_time(pause: Duration, deadline: Instant, policy: &WaitPolicy) -> Duration {
    let left = deadline.saturating_duration_since(Instant::now());
    match left.checked_sub(policy.margin()) {
        Some(last) if pause > last && !last.is_zero() => policy.no_shorter(last).min(pause),
        _ => pause,
    }
}

/// A prediction that is over: itself if it succeeded, an error if not.
pub(crate) fn ended(prediction: impl Into<Box<Prediction>>) -> Result<Prediction, Error> {
    let prediction = prediction.into();
    if prediction.is_terminal() && *prediction.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(prediction));
    }
    Ok(*prediction)
}
