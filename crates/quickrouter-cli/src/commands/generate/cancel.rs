//! After an interrupt: what was created is canceled.

use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::{PredictionId, Updates};

use super::job::{CANCEL_LIMIT, Job};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;

/// How long the first interrupt waits for the id of a create that is not answered yet.
const ID_LIMIT: Duration = Duration::from_secs(10);

/// Waits for the id where there is none yet, then asks for a cancel.
pub(super) async fn after_interrupt(
    job: Job<'_>,
    mut updates: Updates,
    interrupts: &mut Interrupts,
) -> Failure {
    if job.latest.get().is_none() {
        let limit = ID_LIMIT + job.args.flags.prefer_wait.unwrap_or_default();
        job.printer.note(&format!(
            "interrupted: waiting up to {} s for the answer to the create, to cancel it; \
             interrupt again to leave at once",
            limit.as_secs()
        ));
        tokio::select! {
            biased;
            () = interrupts.next() => return unanswered(),
            () = tokio::time::sleep(limit) => return unanswered(),
            update = updates.next() => match update {
                Some(Ok(update)) => job.latest.keep(&update.prediction),
                Some(Err(error)) => return Failure::from(error).of_an_interrupt(),
                None => {}
            },
        }
    }
    // What is not read any more must not keep the cancel waiting for its turn.
    drop(updates);
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
                "interrupted twice; it is not known whether prediction {id} is canceled, it \
                 may run on and be billed; `quickrouter predictions cancel {id}` asks again"
            );
            return Failure::interrupted(message, Some(id.clone()));
        }
    };
    let unconfirmed = match asked {
        Ok(Ok(prediction)) => {
            let status = prediction.status().clone();
            job.latest.keep(&prediction);
            let message = format!(
                "interrupted; a cancel of prediction {id} was asked for and answered with \
                 status {status}"
            );
            return Failure::interrupted(message, Some(id.clone()));
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer in {} s", CANCEL_LIMIT.as_secs()),
    };
    let message = format!(
        "interrupted; a cancel of prediction {id} was asked for and not confirmed \
         ({unconfirmed}); it may run on and be billed; `quickrouter predictions cancel {id}` \
         asks again"
    );
    Failure::interrupted(message, Some(id.clone()))
}

fn unanswered() -> Failure {
    let message = "interrupted before the create was answered; it may have been accepted, and then \
                   it runs on and is billed; `quickrouter predictions list` shows it";
    Failure::interrupted(message, None)
}
