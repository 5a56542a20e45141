//! Looking at a prediction until it is over.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::error::Error;
use crate::error::details::{CancelOutcome, DeadlinePassed};
use crate::http::attempted::Attempted;
use crate::http::backoff;
use crate::http::outcome::Outcome;
use crate::http::response_error;
use crate::http::retry_table::Decision;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::policy::wait::WaitPolicy;
use crate::wait::schedule::Schedule;

/// The longest pause between two looks that a gateway can ask for: one odd header is no reason not
/// to look at something that is paid for.
const LONGEST_ASKED: Duration = Duration::from_secs(30);

/// Who is shown a prediction after every look.
pub(crate) type Observer<'a> = &'a mut (dyn FnMut(&Prediction, &Schedule) + Send);

/// How long a refusal has to stand until it counts: a firewall's page answers one poll in a thousand,
/// and a gateway that restarts knows no key for some seconds (public reports).
const STANDS: Duration = Duration::from_secs(60);

/// Looks at a prediction until it is over or the deadline passes, the first time after `first`.
///
/// A poll that fails is no reason to give up something that is paid for: what went wrong last is reported
/// if the deadline passes.
pub(crate) async fn until_terminal(
    context: &Context,
    id: &PredictionId,
    deadline: Instant,
    first: Duration,
    schedule: &mut Schedule,
    observer: Observer<'_>,
) -> Result<Prediction, Error> {
    let policy = &context.wait;
    let (mut failures, mut pause) = (PollFailures::default(), first);
    let mut last: Option<Box<Prediction>> = None;
    let (mut ending, mut status) = (StableEnd::default(), None);
    while backoff::pause(in_time(pause, deadline, policy), deadline).await {
        let polled = once(context, id, deadline).await;
        if let Polled::Prediction(prediction) = polled {
            schedule.observe(&prediction, context);
            observer(&prediction, schedule);
            if prediction.is_terminal() || ending.is_reached(&prediction) {
                return finish(context, schedule, prediction);
            }
            failures = PollFailures::default();
            pause = schedule.pause(context);
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
        pause = failures.take(context, id, polled)?;
        let problem = failures.last.as_deref().unwrap_or_default();
        tracing::warn!("looking at prediction {id} failed ({problem}), looking again");
    }
    tokio::time::sleep_until(deadline).await;
    Err(Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id.clone(),
        last_status: status,
        deadline: policy.limit(),
        last,
        last_problem: failures.last,
        cancel: CancelOutcome::NotAsked,
    })))
}

/// Polls in a row that did not show the prediction.
#[derive(Default)]
struct PollFailures {
    polls: u32,
    /// Since when it is refused, or answered with what is no prediction, whatever came in between.
    refused_since: Option<Instant>,
    unexpected_since: Option<Instant>,
    last: Option<String>,
}

impl PollFailures {
    /// Takes in a poll without a prediction, and returns the pause before the next one.
    ///
    /// # Errors
    /// It ends the wait: a refusal that has stood for long, or an id that nobody has confirmed.
    fn take(
        &mut self,
        context: &Context,
        id: &PredictionId,
        polled: Polled,
    ) -> Result<Duration, Error> {
        let confirmed = context.registry.is_confirmed(id);
        let mut asked = Duration::ZERO;
        let problem = match polled {
            Polled::Refused { error, is_final } => {
                let since = *self.refused_since.get_or_insert_with(Instant::now);
                if (is_final && !confirmed) || since.elapsed() >= STANDS {
                    return Err(error.that_ends_a_wait());
                }
                error.to_string()
            }
            // Odd pages end the wait only for an id of which nothing is known.
            Polled::Unexpected(error) => {
                let since = *self.unexpected_since.get_or_insert_with(Instant::now);
                if !confirmed && since.elapsed() >= STANDS {
                    return Err(error.that_ends_a_wait());
                }
                error.to_string()
            }
            Polled::Nothing(problem, pause) => {
                asked = pause.unwrap_or_default().min(LONGEST_ASKED);
                problem
            }
            Polled::Prediction(_) => return Ok(Duration::ZERO),
        };
        self.last = Some(problem);
        self.polls += 1;
        Ok(asked.max(context.wait.bounded(context.retry.delay(self.polls))))
    }
}

/// The end of a prediction whose status the contract does not know: it has outputs and the time of its
/// end, and polls some seconds apart show the same.
#[derive(Default)]
struct StableEnd {
    /// What was seen, when, and how often.
    seen: Option<(Prediction, Instant, u32)>,
}

impl StableEnd {
    /// How often it has to be seen.
    const POLLS: u32 = 3;
    /// How far two polls that count are apart, at least.
    const APART: Duration = Duration::from_secs(5);

    fn is_reached(&mut self, prediction: &Prediction) -> bool {
        if !prediction.looks_terminal() {
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
pub(crate) enum Polled {
    Prediction(Box<Prediction>),
    /// An answer that is not the prediction.
    Unexpected(Error),
    /// No answer, or none that says anything about it.
    Nothing(String, Option<Duration>),
    /// An error status that is not about the moment.
    Refused {
        error: Error,
        /// Whether the API itself says that there is no such prediction, or not for this key.
        is_final: bool,
    },
}

pub(crate) async fn once(context: &Context, id: &PredictionId, deadline: Instant) -> Polled {
    let read = IdempotentCall::Get(id);
    // In a box, so that a waiter that only waits holds nothing of a request.
    let outcome = match Box::pin(read.attempt_permitted(context, deadline)).await {
        Ok(outcome) => outcome,
        Err(denied) => return Polled::Nothing(denied.to_string(), None),
    };
    match (read.decide(context, &outcome), outcome) {
        (_, Outcome::Prediction(_, prediction)) => Polled::Prediction(Box::new(prediction)),
        (_, outcome) if outcome.is_unexpected() => Polled::Unexpected(read.error(context, outcome)),
        (Decision::Retry | Decision::RetryUntilDeadline, outcome) => {
            let asked = outcome.retry_after(context.clock.now());
            Polled::Nothing(outcome.in_words(), asked)
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
            Polled::Refused { error: read.error(context, outcome), is_final }
        }
    }
}

/// A prediction that is seen to be over: what it took is remembered.
pub(crate) fn finish(
    context: &Context,
    schedule: &Schedule,
    prediction: Box<Prediction>,
) -> Result<Prediction, Error> {
    schedule.learn(&prediction, context);
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
