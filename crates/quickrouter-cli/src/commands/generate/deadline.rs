//! After the deadline: saves existing outputs before the cancel, which may delete them.

use std::path::PathBuf;
use std::time::Duration;

use quickrouter::error::{CancelOutcome, DeadlinePassed, Detail};
use quickrouter::{Error, Output, Prediction, SaveOptions, Status};
use tokio::time::timeout;

use super::job::{CANCEL_LIMIT, Job};
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::text::message::message;

/// How long downloads may take after the deadline; the prediction runs until the cancel that follows.
const SAVE_LIMIT: Duration = Duration::from_secs(30);

/// Saves the outputs of a prediction whose deadline has passed, then requests a cancel. One that
/// succeeded meanwhile is saved as if it had been in time.
pub(super) async fn save_then_cancel(
    job: Job<'_>,
    mut passed: Box<DeadlinePassed>,
    interrupts: &mut Interrupts,
) -> Result<Vec<PathBuf>, Failure> {
    let id = passed.prediction_id.clone();
    // After an interrupt it is unknown what is on disk.
    let (saved, interrupted) = tokio::select! {
        saved = save_early(job, passed.last.as_deref()) => (saved, false),
        () = interrupts.next() => (Vec::new(), true),
    };
    let asked = tokio::select! {
        asked = timeout(CANCEL_LIMIT, job.client.cancel(&id)) => asked,
        () = interrupts.next() => {
            passed.cancel = CancelOutcome::Unconfirmed(Detail::interrupted());
            return Err(failure(passed, saved));
        }
    };
    passed.cancel = match asked {
        Ok(Ok(over)) if *over.status() == Status::Succeeded => {
            // Files saved a moment ago belong to this prediction.
            let overwrite = job.args.flags.files.overwrite || interrupted || !saved.is_empty();
            job.warn_of_missing(&over);
            return job.save(&over, overwrite, interrupts).await;
        }
        Ok(Ok(over)) if over.is_terminal() && *over.status() != Status::Canceled => {
            let mut failure = Failure::from(Error::PredictionFailed(Box::new(over)));
            name(&mut failure, saved);
            return Err(failure);
        }
        Ok(Ok(canceled)) => CancelOutcome::Requested(canceled.status().clone()),
        Ok(Err(error)) => CancelOutcome::Unconfirmed(error.detail()),
        Err(_) => CancelOutcome::Unconfirmed(Detail::no_response_in(CANCEL_LIMIT)),
    };
    Err(failure(passed, saved))
}

/// The failure of a prediction, after saving the outputs it has.
pub(super) async fn failed(job: Job<'_>, failed: Box<Prediction>) -> Failure {
    job.latest.keep(&failed);
    let file = |output: &Output| matches!(output, Output::Url(_) | Output::Data { .. });
    let saved = if failed.outputs().iter().any(file) {
        save_early(job, Some(&failed)).await
    } else {
        Vec::new()
    };
    let mut failure = Failure::from(Error::PredictionFailed(failed));
    name(&mut failure, saved);
    failure
}

/// Saves the outputs of a prediction that has not succeeded.
async fn save_early(job: Job<'_>, last: Option<&Prediction>) -> Vec<PathBuf> {
    let Some(last) = last.filter(|last| !last.outputs().is_empty()) else { return Vec::new() };
    let options = SaveOptions::new().overwrite(job.args.flags.files.overwrite).timeout(SAVE_LIMIT);
    match job.client.save_with(last, &job.args.flags.files.output.folder, &options).await {
        Ok(files) => files,
        Err(error) => {
            let failure = Failure::from(error);
            job.printer.warning(&failure.message);
            failure.about.details.iter().for_each(|detail| job.printer.warning(detail));
            failure.about.saved
        }
    }
}

fn failure(passed: Box<DeadlinePassed>, saved: Vec<PathBuf>) -> Failure {
    let mut failure = Failure::from(Error::Deadline(passed));
    name(&mut failure, saved);
    failure
}

/// Adds saved files to a failure.
fn name(failure: &mut Failure, saved: Vec<PathBuf>) {
    if !saved.is_empty() {
        let files: Vec<_> = saved.iter().map(|file| file.display().to_string()).collect();
        failure.about.details.push(message!("saved-so-far", files = files.join(", ")));
    }
    failure.about.saved = saved;
}
