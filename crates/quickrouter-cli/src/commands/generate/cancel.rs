//! Cancels the prediction after an interrupt.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use quickrouter::error::Detail;
use quickrouter::{Error, Prediction, PredictionId};

use super::job::{CANCEL_LIMIT, Job};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::text::detail;
use crate::text::message::message;

/// How long the first interrupt waits for the id of an unanswered create.
const ID_LIMIT: Duration = Duration::from_secs(10);

/// Waits for the id if there is none yet, then requests a cancel. `answers` begin with that of the create.
pub(super) async fn after_interrupt(
    job: Job<'_>,
    mut answers: impl Stream<Item = Result<Prediction, Error>> + Unpin,
    interrupts: &mut Interrupts,
) -> Failure {
    if job.latest.get().is_none() {
        let limit = ID_LIMIT + job.args.flags.prefer_wait.unwrap_or_default();
        job.printer.note(&message!("interrupted-waiting", seconds = limit.as_secs()));
        tokio::select! {
            biased;
            () = interrupts.next() => return unanswered(),
            () = tokio::time::sleep(limit) => return unanswered(),
            answer = answers.next() => match answer {
                Some(Ok(prediction)) => job.created(&prediction),
                Some(Err(error)) => return Failure::from(error).of_an_interrupt(),
                None => {}
            },
        }
    }
    // A stream that is no longer read must not block the cancel.
    drop(answers);
    match job.latest.get() {
        Some(prediction) if !prediction.is_terminal() => match prediction.id() {
            Some(id) => cancel(job, id, interrupts).await,
            None => job.latest.interrupted_over(),
        },
        _ => job.latest.interrupted_over(),
    }
}

async fn cancel(job: Job<'_>, id: &PredictionId, interrupts: &mut Interrupts) -> Failure {
    let asked = tokio::select! {
        asked = tokio::time::timeout(CANCEL_LIMIT, job.client.cancel(id)) => asked,
        () = interrupts.next() => {
            return Failure::interrupted(message!("interrupted-twice", id = id.as_str()), Some(id.clone()))
                .with(message!("sdk-may-run-and-be-billed"))
                .hint(message!("next-cancel", id = id.as_str()));
        }
    };
    let unconfirmed = match asked {
        Ok(Ok(prediction)) => {
            let status = prediction.status().clone();
            job.latest.keep(&prediction);
            let status = status.as_str();
            let message = message!("interrupted-canceled", id = id.as_str(), status = status);
            return Failure::interrupted(message, Some(id.clone()));
        }
        Ok(Err(error)) => error.detail(),
        Err(_) => Detail::no_response_in(CANCEL_LIMIT),
    };
    let why = detail::message(&unconfirmed);
    Failure::interrupted(
        message!("interrupted-unconfirmed", id = id.as_str(), why = why),
        Some(id.clone()),
    )
    .with(message!("sdk-may-run-and-be-billed"))
    .hint(message!("next-cancel", id = id.as_str()))
}

fn unanswered() -> Failure {
    Failure::interrupted(message!("interrupted-unanswered"), None)
        .with(message!("interrupted-if-accepted"))
        .hint(message!("next-list"))
}
