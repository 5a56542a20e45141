//! A prediction is waited for, and its outputs are saved at once.

use std::path::PathBuf;
use std::sync::Arc;

use futures_util::StreamExt;
use quickrouter::{Error, Output, Prediction, PredictionId, SaveOptions};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::{Kind, ToolError};
use crate::jobs::noted::with_store_error;
use crate::jobs::{FOLLOWED, Job, Outcome, Shared, Stage, saved};
use crate::store::{Change, StoreError};

/// Waits for a prediction, and saves what it made.
pub(super) async fn follow(
    shared: &Shared,
    job: &Job,
    stage: &watch::Sender<Stage>,
    id: &PredictionId,
) -> Outcome {
    let latest = Instant::now() + FOLLOWED;
    let mut updates = shared.client.updates(id);
    let mut last = None;
    let mut canceling = false;
    loop {
        let update = tokio::select! {
            update = updates.next() => update,
            () = job.cancel.cancelled(), if !canceling => {
                canceling = true;
                // Whether it was accepted shows in the next poll.
                let _ = shared.client.cancel(id).await;
                continue;
            }
        };
        match update {
            Some(Ok(update)) => {
                last = Some(update.prediction.clone());
                stage.send_replace(Stage::Running(Arc::new(update)));
            }
            Some(Err(Error::PredictionFailed(failed))) => return ended(shared, job, failed).await,
            // Nobody else would save it: its outputs vanish whether somebody asks or not.
            Some(Err(Error::Deadline(_))) if Instant::now() < latest => {
                updates = shared.client.updates(id);
            }
            Some(Err(error)) => return unfinished(&error, last, id),
            None => break,
        }
    }
    match last {
        Some(prediction) => save(shared, job, prediction).await,
        None => silent(id),
    }
}

/// The wait ended before the prediction did.
fn unfinished(error: &Error, last: Option<Prediction>, id: &PredictionId) -> Outcome {
    let error = ToolError::about(Some(id), error);
    Outcome::Failed { error, prediction: last.map(Box::new), files: Vec::new() }
}

/// The wait ended without a single response.
fn silent(id: &PredictionId) -> Outcome {
    let message = "The gateway said nothing about the prediction.";
    let error = ToolError::new(Kind::NotFound, message, "Ask get_prediction.");
    Outcome::Failed {
        error: error.of_prediction(Some(id)).billed(),
        prediction: None,
        files: vec![],
    }
}

/// A prediction ended without success, perhaps with outputs.
async fn ended(shared: &Shared, job: &Job, failed: Box<Prediction>) -> Outcome {
    let is_file = |output: &Output| matches!(output, Output::Url(_) | Output::Data { .. });
    let files = if failed.outputs().iter().any(is_file) {
        match fetched(shared, &failed).await {
            Ok(files) => files,
            Err(error) => error_files(&error),
        }
    } else {
        Vec::new()
    };
    let error = ToolError::from(&Error::PredictionFailed(failed.clone()));
    let noted = note_end(shared, job, &failed, &files, Some(&error)).await;
    let outcome = Outcome::Failed { error, prediction: Some(failed), files };
    with_store_error(outcome, noted)
}

/// Saves what a prediction made, and notes that it ended.
pub(super) async fn save(shared: &Shared, job: &Job, prediction: Prediction) -> Outcome {
    match fetched(shared, &prediction).await {
        Ok(files) => {
            let _ = note_end(shared, job, &prediction, &files, None).await;
            Outcome::Saved { prediction: Box::new(prediction), files }
        }
        // It is not noted as ended: it can be saved for as long as its outputs exist.
        Err(error) => {
            let files = error_files(&error);
            let error = ToolError::about(prediction.id(), &error);
            Outcome::Failed { error, prediction: Some(Box::new(prediction)), files }
        }
    }
}

/// The files of a prediction: those that a folder has of it, or all of them, fetched.
async fn fetched(shared: &Shared, prediction: &Prediction) -> Result<Vec<PathBuf>, Error> {
    if let Some(files) = saved::of_prediction(&shared.client, prediction, &shared.output) {
        return Ok(files);
    }
    // The names are made of its id, so that only files of its own are replaced.
    let options = SaveOptions::new().overwrite(true);
    shared.client.save_with(prediction, &shared.output, &options).await
}

/// The files that were saved before an error.
fn error_files(error: &Error) -> Vec<PathBuf> {
    match error {
        Error::Output(output) => output.saved.clone(),
        _ => Vec::new(),
    }
}

/// Notes that a prediction is terminal, and how many pictures it made.
pub(super) async fn note_end(
    shared: &Shared,
    job: &Job,
    prediction: &Prediction,
    files: &[PathBuf],
    failure: Option<&ToolError>,
) -> Result<(), StoreError> {
    let Some(request) = &job.request else { return Ok(()) };
    let made = files.len() as u64;
    if made > request.reservation.pictures {
        shared.store.change(&request.request_id, Change::Counted { pictures: made }).await?;
    }
    let ended = Change::Ended {
        status: prediction.status().to_string(),
        seed: prediction.seed(),
        files: files.to_vec(),
        failure: failure.map(|failure| failure.message.clone()),
    };
    shared.store.change(&request.request_id, ended).await
}
