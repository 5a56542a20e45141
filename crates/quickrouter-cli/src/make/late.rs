//! After the deadline: outputs that are there are saved first, since a cancel may take them away.

use std::path::PathBuf;
use std::time::Duration;

use quickrouter::error::{CancelOutcome, DeadlinePassed};
use quickrouter::{Error, Output, Prediction, SaveOptions, Status};
use tokio::time::timeout;

use super::{CANCEL_LIMIT, Task};
use crate::args::Making;
use crate::exit::Failure;
use crate::interrupt::Interrupts;

/// How long outputs are fetched after the deadline: until then the prediction runs on.
const SAVE_LIMIT: Duration = Duration::from_secs(30);

impl Task<'_> {
    /// Saves the outputs of a prediction whose deadline has passed, then asks for a cancel. One that
    /// ended meanwhile is saved as if it had been in time.
    pub(super) async fn late(
        &self,
        mut passed: Box<DeadlinePassed>,
        making: &Making,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<PathBuf>, Failure> {
        let id = passed.prediction_id.clone();
        // An interrupt leaves open what is on disk by then.
        let (saved, interrupted) = tokio::select! {
            saved = self.save_early(passed.last.as_deref(), making) => (saved, false),
            () = interrupts.next() => (Vec::new(), true),
        };
        let asked = tokio::select! {
            asked = timeout(CANCEL_LIMIT, self.client.cancel(&id)) => asked,
            () = interrupts.next() => {
                passed.cancel = CancelOutcome::Unconfirmed("interrupted".to_owned());
                return Err(failure(passed, saved));
            }
        };
        passed.cancel = match asked {
            Ok(Ok(over)) if *over.status() == Status::Succeeded => {
                // What was saved a moment ago is this prediction's own.
                let overwrite = making.overwrite || interrupted || !saved.is_empty();
                self.warn_of_missing(&over);
                return self.save(&over, making, overwrite, interrupts).await;
            }
            Ok(Ok(over)) if over.is_terminal() && *over.status() != Status::Canceled => {
                let mut failure = Failure::from(Error::PredictionFailed(Box::new(over)));
                name(&mut failure, saved);
                return Err(failure);
            }
            Ok(Ok(canceled)) => CancelOutcome::Answered(canceled.status().clone()),
            Ok(Err(error)) => CancelOutcome::Unconfirmed(error.to_string()),
            Err(_) => {
                CancelOutcome::Unconfirmed(format!("no answer in {} s", CANCEL_LIMIT.as_secs()))
            }
        };
        Err(failure(passed, saved))
    }

    /// The failure of a prediction, whose outputs are saved where it has some.
    pub(super) async fn failed(&self, failed: Box<Prediction>, making: &Making) -> Failure {
        self.seen.keep(&failed);
        let file = |output: &Output| matches!(output, Output::Url(_) | Output::Data { .. });
        let saved = if failed.outputs().iter().any(file) {
            self.save_early(Some(&failed), making).await
        } else {
            Vec::new()
        };
        let mut failure = Failure::from(Error::PredictionFailed(failed));
        name(&mut failure, saved);
        failure
    }

    /// Saves what is there of a prediction that did not succeed.
    async fn save_early(&self, last: Option<&Prediction>, making: &Making) -> Vec<PathBuf> {
        let Some(last) = last.filter(|last| !last.outputs().is_empty()) else { return Vec::new() };
        let options = SaveOptions::new().overwrite(making.overwrite).limit(SAVE_LIMIT);
        match self.client.save_with(last, &making.output, &options).await {
            Ok(files) => files,
            Err(error) => {
                self.printer.warning(&error.to_string());
                match error {
                    Error::Output(output) => output.saved,
                    _ => Vec::new(),
                }
            }
        }
    }
}

fn failure(passed: Box<DeadlinePassed>, saved: Vec<PathBuf>) -> Failure {
    let mut failure = Failure::from(Error::Deadline(passed));
    name(&mut failure, saved);
    failure
}

/// Names files that were saved all the same.
fn name(failure: &mut Failure, saved: Vec<PathBuf>) {
    if !saved.is_empty() {
        let files: Vec<_> = saved.iter().map(|file| file.display().to_string()).collect();
        failure.message.push_str("; saved what was there by then: ");
        failure.message.push_str(&files.join(", "));
    }
    failure.about.saved = saved;
}
