//! Cancels the prediction after an interrupt.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use quickrouter::{Error, Prediction, PredictionId};

use super::job::{CANCEL_LIMIT, Job};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;

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
        job.printer.note(format!(
            "interrupted: waiting up to {} s for the response to the create, to cancel it; \
             interrupt again to exit at once",
            limit.as_secs()
        ));
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
            let message = format!(
                "interrupted twice; it is unknown whether prediction {id} is canceled, and it may \
                 still run and be billed; `quickrouter predictions cancel {id}` retries"
            );
            return Failure::interrupted(message, Some(id.clone()));
        }
    };
    let unconfirmed = match asked {
        Ok(Ok(prediction)) => {
            let status = prediction.status().clone();
            job.latest.keep(&prediction);
            let message = format!(
                "interrupted; a cancel of prediction {id} was requested; its status is {status}"
            );
            return Failure::interrupted(message, Some(id.clone()));
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no response in {} s", CANCEL_LIMIT.as_secs()),
    };
    let message = format!(
        "interrupted; a cancel of prediction {id} was requested but not confirmed ({unconfirmed}); \
         it may still run and be billed; `quickrouter predictions cancel {id}` retries"
    );
    Failure::interrupted(message, Some(id.clone()))
}

fn unanswered() -> Failure {
    let message = "interrupted before the response to the create; if it was accepted, it still runs \
                   and is billed; `quickrouter predictions list` shows it";
    Failure::interrupted(message, None)
}
