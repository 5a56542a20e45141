//! A prediction in progress: what its steps share.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use quickrouter::{Client, Prediction, PredictionId, SaveOptions};

use crate::args::command_line::GenerateArgs;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::missing::missing_outputs;
use crate::output::printer::Printer;
use crate::text::message::message;

/// How long to wait for the response to a cancel.
pub(super) const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// What the steps of a prediction share.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) client: &'a Client,
    pub(super) args: &'a GenerateArgs,
    pub(super) printer: &'a Printer,
    pub(super) latest: &'a Latest,
}

impl Job<'_> {
    pub(super) fn warn_of_missing(&self, finished: &Prediction) {
        if let Some(missing) = finished.missing_outputs() {
            self.printer.warning(&missing_outputs(&missing));
        }
    }

    pub(super) async fn save(
        &self,
        finished: &Prediction,
        overwrite: bool,
        interrupts: &mut Interrupts,
    ) -> Result<Vec<PathBuf>, Failure> {
        self.latest.keep(finished);
        let options = SaveOptions::new().overwrite(overwrite);
        let folder = &self.args.flags.files.output;
        tokio::select! {
            saved = self.client.save_with(finished, folder, &options) => Ok(saved?),
            () = interrupts.next() => Err(self.latest.interrupted_over()),
        }
    }
}

/// The latest state of the prediction, which is part of every report.
#[derive(Debug, Default)]
pub(super) struct Latest {
    prediction: Mutex<Option<Prediction>>,
}

impl Latest {
    pub(super) fn keep(&self, prediction: &Prediction) {
        let mut latest = self.prediction.lock().unwrap_or_else(PoisonError::into_inner);
        *latest = Some(prediction.clone());
    }

    pub(super) fn get(&self) -> Option<Prediction> {
        self.prediction.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn id(&self) -> Option<PredictionId> {
        self.get()?.id().cloned()
    }

    /// The failure for an interrupt with nothing left to cancel.
    pub(super) fn interrupted_over(&self) -> Failure {
        let id = self.id();
        match id.as_ref().map(PredictionId::as_str) {
            Some(shown) => {
                Failure::interrupted(message!("interrupted-over", id = shown), id.clone())
                    .hint(message!("next-save-in-time", id = shown))
            }
            None => Failure::interrupted(message!("interrupted-over-without-id"), None),
        }
    }
}
