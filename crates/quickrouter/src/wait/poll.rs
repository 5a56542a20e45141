//! Looking at a prediction until it is over.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::calls::idempotent::Read;
use crate::core::context::Connection;
use crate::error::Error;
use crate::error::details::{CancelOutcome, DeadlinePassed};
use crate::http::backoff;
use crate::http::outcome::Outcome;
use crate::http::response_error;
use crate::http::retry_table::Decision;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::policy::wait::WaitPolicy;
use crate::wait::schedule::Forecast;

/// The longest pause between two looks that a gateway can ask for: one odd header is no reason not
/// to look at something that is paid for.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// Who is shown a prediction after every look.
pub(crate) type Seen<'a> = &'a mut (dyn FnMut(&Prediction, &Forecast) + Send);

/// How long a refusal has to stand until it counts: a firewall's page answers one poll in a thousand,
/// and a gateway that restarts knows no key for some seconds (public reports).
const STANDS: Duration = Duration::from_secs(60);

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
    let (mut trouble, mut pause) = (Trouble::default(), first);
    let mut last: Option<Box<Prediction>> = None;
    let (mut ending, mut status) = (Ending::default(), None);
    while backoff::pause(in_time(pause, deadline, policy), deadline).await {
        let look = look(connection, id, deadline).await;
        if let Look::At(prediction) = look {
            forecast.observe(&prediction, connection);
            seen(&prediction, forecast);
            if prediction.is_terminal() || ending.is_reached(&prediction) {
                return over(connection, forecast, prediction);
            }
            trouble = Trouble::default();
            pause = forecast.pause(connection);
            if let Some(next) = ending.next() {
                pause = policy.bounded(next);
            }
            status = Some(prediction.status().clone());
            // Outputs may be gone from a later response and still be there. A waiter keeps nothing
            // else: there may be thousands.
            if prediction.has_outputs() {
                last = Some(prediction);
            }
            continue;
        }
        pause = trouble.take(connection, id, look)?;
        let problem = trouble.last.as_deref().unwrap_or_default();
        tracing::warn!("looking at prediction {id} failed ({problem}), looking again");
    }
    tokio::time::sleep_until(deadline).await;
    Err(Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id.clone(),
        last_status: status,
        deadline: policy.limit(),
        last,
        last_problem: trouble.last,
        cancel: CancelOutcome::NotAsked,
    })))
}

/// Polls in a row that did not show the prediction.
#[derive(Default)]
struct Trouble {
    polls: u32,
    /// Since when it is refused, or answered with what is no prediction, whatever came in between.
    refused_since: Option<Instant>,
    odd_since: Option<Instant>,
    last: Option<String>,
}

impl Trouble {
    /// Takes in a poll without a prediction, and returns the pause before the next one.
    ///
    /// # Errors
    /// It ends the wait: a refusal that has stood for long, or an id that nobody has confirmed.
    fn take(
        &mut self,
        connection: &Connection,
        id: &PredictionId,
        look: Look,
    ) -> Result<Duration, Error> {
        let confirmed = connection.known.is_confirmed(id);
        let mut asked = Duration::ZERO;
        let problem = match look {
            Look::Refused { error, is_final } => {
                let since = *self.refused_since.get_or_insert_with(Instant::now);
                if (is_final && !confirmed) || since.elapsed() >= STANDS {
                    return Err(error.that_ends_a_wait());
                }
                error.to_string()
            }
            // Odd pages end the wait only for an id of which nothing is known.
            Look::Odd(error) => {
                let since = *self.odd_since.get_or_insert_with(Instant::now);
                if !confirmed && since.elapsed() >= STANDS {
                    return Err(error.that_ends_a_wait());
                }
                error.to_string()
            }
            Look::Nothing(problem, pause) => {
                asked = pause.unwrap_or_default().min(LONGEST_ASKED);
                problem
            }
            Look::At(_) => return Ok(Duration::ZERO),
        };
        self.last = Some(problem);
        self.polls += 1;
        Ok(asked.max(connection.wait.bounded(connection.retry.delay(self.polls))))
    }
}

/// The end of a prediction whose status the contract does not know: it has outputs and the time of its
/// end, and polls some seconds apart show the same.
#[derive(Default)]
struct Ending {
    /// What was seen, when, and how often.
    seen: Option<(Prediction, Instant, u32)>,
}

impl Ending {
    /// How often it has to be seen.
    const POLLS: u32 = 3;
    /// How far two polls that count are apart, at least.
    const APART: Duration = Duration::from_secs(5);

    fn is_reached(&mut self, prediction: &Prediction) -> bool {
        if !prediction.looks_over() {
            self.seen = None;
            return false;
        }
        let now = Instant::now();
        match &mut self.seen {
            Some((before, at, polls)) if before.same_end(prediction) => {
                if now - *at >= Self::APART {
                    (*at, *polls) = (now, *polls + 1);
                }
                *polls >= Self::POLLS
            }
            _ => {
                self.seen = Some((prediction.clone(), now, 1));
                false
            }
        }
    }

    /// The pause before the next poll that counts.
    fn next(&self) -> Option<Duration> {
        let (_, at, _) = self.seen.as_ref()?;
        Some(Self::APART.saturating_sub(at.elapsed()))
    }
}

/// What one look gave.
pub(crate) enum Look {
    At(Box<Prediction>),
    /// An answer that is not the prediction.
    Odd(Error),
    /// No answer, or none that says anything about it.
    Nothing(String, Option<Duration>),
    /// An error status that is not about the moment.
    Refused {
        error: Error,
        /// Whether the API itself says that there is no such prediction, or not for this key.
        is_final: bool,
    },
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
        (_, outcome) => {
            let is_final = match &outcome {
                Outcome::Status(answer) => {
                    matches!(answer.status.as_u16(), 401 | 403 | 404)
                        && response_error::is_of_the_api(answer)
                }
                // The connection cannot be trusted.
                _ => true,
            };
            Look::Refused { error: read.error(connection, outcome), is_final }
        }
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
    let failed = prediction.is_terminal() && *prediction.status() != Status::Succeeded;
    if failed || prediction.has_only_failed_outputs() {
        return Err(Error::PredictionFailed(prediction));
    }
    Ok(*prediction)
}
