//! A request is armed, then created.

use quickrouter::error::Recovery;
use quickrouter::{CreateRequest, Error, Prediction};
use tokio::sync::watch;

use crate::error::{Kind, ToolError};
use crate::jobs::follow::{follow, note_end, save};
use crate::jobs::noted::with_store_error;
use crate::jobs::{Job, Outcome, Shared, Stage, unread};
use crate::store::{Arming, Change, NewRequest, StoreError};

/// Arms a request, sends its create, once, and goes on with its prediction.
pub(super) async fn create(
    shared: &Shared,
    job: &Job,
    stage: &watch::Sender<Stage>,
    request: NewRequest,
    create: CreateRequest,
) -> Outcome {
    let request_id = request.request_id.clone();
    match shared.store.arm(request, shared.limits).await {
        Ok(Arming::Armed) => {}
        Ok(Arming::Known(record)) => return Outcome::Known(Box::new(record)),
        Ok(Arming::Exceeded(exceeded)) => return Outcome::Exceeded(exceeded),
        Err(error) => return failed(not_armed(&error)),
    }
    match shared.client.create(create.stop_on(&job.cancel)).await {
        Ok(prediction) => match prediction.id().cloned() {
            Some(id) => {
                shared.created(job, stage, &id);
                let change = Change::Created { id: id.as_str().to_owned() };
                // Without it a restart does not find it; this server does.
                let noted = shared.store.change(&request_id, change).await;
                let outcome = follow(shared, job, stage, &id).await;
                with_store_error(outcome, noted)
            }
            None => save_at_once(shared, job, prediction).await,
        },
        Err(error) => not_created(shared, &request_id, &error).await,
    }
}

/// A response without an id has the outputs in it: nothing can be asked for again.
async fn save_at_once(shared: &Shared, job: &Job, prediction: Prediction) -> Outcome {
    match save(shared, job, prediction).await {
        Outcome::Failed { mut error, prediction: Some(prediction), files } => {
            unread::of_prediction(&prediction, &mut error, &shared.output).await;
            let noted = note_end(shared, job, &prediction, &files, Some(&error)).await;
            with_store_error(Outcome::Failed { error, prediction: Some(prediction), files }, noted)
        }
        outcome => outcome,
    }
}

/// Notes that a create failed. Its reservation is returned only if nothing was accepted.
async fn not_created(shared: &Shared, request_id: &str, error: &Error) -> Outcome {
    let noted = shared.store.change(request_id, change(error)).await;
    let mut told = ToolError::from(error).of_request(request_id);
    unread::of_create(error, &mut told, &shared.output).await;
    let outcome = Outcome::Failed { error: told, prediction: None, files: Vec::new() };
    with_store_error(outcome, noted)
}

/// What a failed create means. An id in a response that could not be read is most likely its own, unless
/// the SDK has found that it is not.
fn change(error: &Error) -> Change {
    match error {
        Error::OutcomeUnknown(unknown) => match (&unknown.prediction_id, &unknown.recovery) {
            (Some(id), Recovery::NotAttempted | Recovery::Failed(_)) => {
                Change::Created { id: id.as_str().to_owned() }
            }
            _ => Change::Unknown,
        },
        error if error.may_be_billed() => Change::Unknown,
        _ => Change::Released,
    }
}

/// The store was not written: nothing was sent.
fn not_armed(error: &StoreError) -> ToolError {
    let next = "Nothing was created. A person has to see to the server's state file.";
    ToolError::new(Kind::Store, format!("The state file cannot be written: {error}."), next)
}

fn failed(error: ToolError) -> Outcome {
    Outcome::Failed { error, prediction: None, files: Vec::new() }
}
