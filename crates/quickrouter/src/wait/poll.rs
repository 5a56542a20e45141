//! Polling a prediction until it is terminal.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::detail::Detail;
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

/// Upper bound on a poll interval requested by the gateway: one odd header must not stop polling
/// something already paid for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(30);

/// Called with the prediction after every poll.
pub(crate) type Observer<'a> = &'a mut (dyn FnMut(&Prediction, &Schedule) + Send);

/// How long rejections must persist to end a wait: a firewall's page answers one poll in a
/// thousand, and a restarting gateway rejects valid keys for some seconds (public reports).
const REJECTION_WINDOW: Duration = Duration::from_secs(60);

/// Polls a prediction until it is terminal or the deadline passes, the first time after `first`.
///
/// A failed poll does not end the wait for something already paid for: the last problem is reported
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
    let (mut stable_end, mut status) = (StableEnd::default(), None);
    while backoff::pause(before_deadline(pause, deadline, policy), deadline).await {
        let polled = once(context, id, deadline).await;
        if let Polled::Prediction(prediction) = polled {
            schedule.observe(&prediction, context);
            observer(&prediction, schedule);
            if prediction.is_terminal() || stable_end.is_reached(&prediction) {
                return finish(context, schedule, prediction);
            }
            failures = PollFailures::default();
            pause = schedule.pause(context);
            if let Some(next) = stable_end.next() {
                pause = policy.bounded(next);
            }
            status = Some(prediction.status().clone());
            // A later response may omit outputs that still exist. Nothing else is kept per waiter:
            // there may be thousands.
            if prediction.has_outputs() {
                last = Some(prediction);
            }
            continue;
        }
        pause = failures.take(context, id, polled)?;
        let problem = failures.last.as_ref().map_or("", Detail::as_str);
        tracing::warn!("polling prediction {id} failed ({problem}), retrying");
    }
    tokio::time::sleep_until(deadline).await;
    Err(Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id.clone(),
        last_status: status,
        deadline: policy.limit(),
        last,
        last_problem: failures.last,
        cancel: CancelOutcome::NotRequested,
    })))
}

/// Consecutive polls that did not return the prediction.
#[derive(Default)]
struct PollFailures {
    polls: u32,
    /// Since when polls have been rejected or returned something else, regardless of other failures
    /// in between.
    refused_since: Option<Instant>,
    unexpected_since: Option<Instant>,
    last: Option<Detail>,
}

impl PollFailures {
    /// Records a failed poll and returns the pause before the next one.
    ///
    /// # Errors
    /// If it ends the wait: rejections that persist, or an id that has never been confirmed.
    fn take(
        &mut self,
        context: &Context,
        id: &PredictionId,
        polled: Polled,
    ) -> Result<Duration, Error> {
        let confirmed = context.registry.is_confirmed(id);
        let mut retry_after = Duration::ZERO;
        let problem = match polled {
            Polled::Refused { error, is_final } => {
                let since = *self.refused_since.get_or_insert_with(Instant::now);
                if (is_final && !confirmed) || since.elapsed() >= REJECTION_WINDOW {
                    return Err(error.that_ends_a_wait());
                }
                error.detail()
            }
            // Unexpected responses end the wait only for an unconfirmed id.
            Polled::Unexpected(error) => {
                let since = *self.unexpected_since.get_or_insert_with(Instant::now);
                if !confirmed && since.elapsed() >= REJECTION_WINDOW {
                    return Err(error.that_ends_a_wait());
                }
                error.detail()
            }
            Polled::Nothing(problem, pause) => {
                retry_after = pause.unwrap_or_default().min(MAX_RETRY_AFTER);
                problem
            }
            Polled::Prediction(_) => return Ok(Duration::ZERO),
        };
        self.last = Some(problem);
        self.polls += 1;
        Ok(retry_after.max(context.wait.bounded(context.retry.delay(self.polls))))
    }
}

/// Detects the end of a prediction with an unknown status: it has outputs and a completion time,
/// unchanged over several polls some seconds apart.
#[derive(Default)]
struct StableEnd {
    /// The prediction, when it was last counted, and how often.
    candidate: Option<(Prediction, Instant, u32)>,
}

impl StableEnd {
    /// Number of unchanged polls required.
    const REQUIRED_POLLS: u32 = 3;
    /// Minimum time between two counted polls.
    const MIN_APART: Duration = Duration::from_secs(5);

    fn is_reached(&mut self, prediction: &Prediction) -> bool {
        if !prediction.looks_terminal() {
            self.candidate = None;
            return false;
        }
        let now = Instant::now();
        match &mut self.candidate {
            Some((before, at, polls)) if before.same_end(prediction) => {
                if now - *at >= Self::MIN_APART {
                    (*at, *polls) = (now, *polls + 1);
                }
                *polls >= Self::REQUIRED_POLLS
            }
            _ => {
                self.candidate = Some((prediction.clone(), now, 1));
                false
            }
        }
    }

    /// Time until the next counted poll.
    fn next(&self) -> Option<Duration> {
        let (_, at, _) = self.candidate.as_ref()?;
        Some(Self::MIN_APART.saturating_sub(at.elapsed()))
    }
}

/// The result of one poll.
pub(crate) enum Polled {
    Prediction(Box<Prediction>),
    /// A response that is not the prediction.
    Unexpected(Error),
    /// No response, or a transient error, with the requested pause.
    Nothing(Detail, Option<Duration>),
    /// An error status that is not transient.
    Refused {
        error: Error,
        /// Whether the API itself reports that the prediction does not exist or is not accessible
        /// with this key.
        is_final: bool,
    },
}

pub(crate) async fn once(context: &Context, id: &PredictionId, deadline: Instant) -> Polled {
    let read = IdempotentCall::Get(id);
    // Boxed, so that an idle waiter does not hold the memory of a request.
    let outcome = match Box::pin(read.attempt_permitted(context, deadline)).await {
        Ok(outcome) => outcome,
        Err(denied) => return Polled::Nothing(denied.detail(), None),
    };
    match (read.decide(context, &outcome), outcome) {
        (_, Outcome::Prediction(_, prediction)) => Polled::Prediction(Box::new(prediction)),
        (_, outcome) if outcome.is_unexpected() => Polled::Unexpected(read.error(context, outcome)),
        (Decision::Retry | Decision::RetryUntilDeadline, outcome) => {
            let retry_after = outcome.retry_after(context.clock.now());
            Polled::Nothing(outcome.why(), retry_after)
        }
        (_, outcome) => {
            let is_final = match &outcome {
                Outcome::Status(response) => {
                    matches!(response.status.as_u16(), 401 | 403 | 404)
                        && response_error::is_of_the_api(response)
                }
                // For example an untrusted connection.
                _ => true,
            };
            Polled::Refused { error: read.error(context, outcome), is_final }
        }
    }
}

/// Records the duration of a terminal prediction and returns its result.
pub(crate) fn finish(
    context: &Context,
    schedule: &Schedule,
    prediction: Box<Prediction>,
) -> Result<Prediction, Error> {
    schedule.learn(&prediction, context);
    into_result(prediction)
}

/// Shortens a pause that would end after the deadline, so that there is a last poll before it; not
/// below the minimum interval, at which a poll is as good as the last one.
fn before_deadline(pause: Duration, deadline: Instant, policy: &WaitPolicy) -> Duration {
    let remaining = deadline.saturating_duration_since(Instant::now());
    match remaining.checked_sub(policy.margin()) {
        Some(last) if pause > last && !last.is_zero() => policy.at_least_min(last).min(pause),
        _ => pause,
    }
}

/// Returns a terminal prediction if it succeeded, else an error.
pub(crate) fn into_result(prediction: impl Into<Box<Prediction>>) -> Result<Prediction, Error> {
    let prediction = prediction.into();
    let failed = prediction.is_terminal() && *prediction.status() != Status::Succeeded;
    if failed || prediction.has_only_failed_outputs() {
        return Err(Error::PredictionFailed(prediction));
    }
    Ok(*prediction)
}
