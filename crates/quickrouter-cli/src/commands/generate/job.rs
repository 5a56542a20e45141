//! A prediction in progress: what its steps share.

use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use quickrouter::{Client, Prediction, PredictionId, SaveOptions};
use serde_json::Value;

use crate::args::command_line::GenerateArgs;
use crate::commands::money::spending::RunCost;
use crate::connect::remembered;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::output::missing::missing_outputs;
use crate::output::printer::Printer;
use crate::output::sidecar;
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
    /// `None` where nothing is billed.
    pub(super) cost: Option<&'a RunCost>,
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
        let folder = &self.args.flags.files.output.folder;
        tokio::select! {
            saved = self.client.save_with(finished, folder, &options) => Ok(saved?),
            () = interrupts.next() => Err(self.latest.interrupted_over()),
        }
    }
}

impl Job<'_> {
    /// Keeps what the create returned, and remembers its id.
    pub(super) fn created(&self, prediction: &Prediction) {
        if self.latest.id().is_none()
            && !self.args.flags.emulator
            && let Some(id) = prediction.id()
        {
            remembered::keep(self.client.base_url(), id);
        }
        self.latest.keep(prediction);
        if prediction.was_recovered() {
            self.printer.note(&message!("create-recovered"));
        }
    }

    /// With `--sidecar`, writes one beside every picture that was saved.
    pub(super) async fn write_sidecars(&self, saved: &[PathBuf], interrupts: &mut Interrupts) {
        let Some(prediction) = self.latest.get().filter(|_| self.args.flags.files.sidecar) else {
            return;
        };
        if saved.is_empty() {
            return;
        }
        let price = match self.cost {
            Some(cost) => cost.estimated(interrupts).await,
            None => None,
        };
        let facts = sidecar::Facts {
            client: self.client,
            prediction: &prediction,
            model: Some(&self.args.model.full),
            input: self.latest.sent.get(),
            price,
        };
        sidecar::write(&facts, saved, self.args.flags.files.overwrite, self.printer).await;
    }
}

/// The latest state of the prediction, which is part of every report.
#[derive(Debug, Default)]
pub(super) struct Latest {
    prediction: Mutex<Option<Prediction>>,
    /// The input as it was sent, without the content of its files.
    pub(super) sent: OnceLock<Value>,
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
