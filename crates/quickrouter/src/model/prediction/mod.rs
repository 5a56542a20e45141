//! A prediction as plain data: what the gateway answered, kept whole.

mod json;
mod response;

use std::time::SystemTime;

use quickrouter_api::{Model, Status, find_model, models};
use reqwest::header::{AGE, DATE, HeaderMap};
use serde_json::Value;

use crate::model::document::Document;
use crate::model::envelope;
use crate::model::error_message::ErrorMessage;
use crate::model::expected::Expected;
use crate::model::logs::{self, Progress};
use crate::model::output::{self, Output};
use crate::model::prediction_id::PredictionId;
use crate::text::printable::printable;
use crate::validate::finding::Warning;

/// A prediction: plain data, as the gateway answered it.
///
/// What the contract knows has a method; everything else is in [`raw`](Self::raw). It serializes as
/// the raw JSON and is read back from it. [`from_json`](Self::from_json) makes one without a server,
/// for tests of code that takes a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    id: Option<PredictionId>,
    status: Status,
    document: Document,
    warnings: Vec<Warning>,
    recovered: bool,
    responded: Responded,
    expected: Expected,
}

/// Outputs that a prediction was asked for and does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingOutputs {
    /// How many were asked for.
    pub requested: u64,
    /// How many of them are missing, at least 1.
    pub missing: u64,
    /// Why, where the model's log says so: its safety checker drops pictures.
    pub reason: Option<String>,
}

impl Prediction {
    fn of(id: Option<PredictionId>, status: Status, document: Document) -> Self {
        let (warnings, expected) = (Vec::new(), Expected::default());
        let responded = Responded(None);
        Self { id, status, document, warnings, recovered: false, responded, expected }
    }

    pub(crate) fn with_expected(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }

    pub(crate) fn with_warnings(mut self, warnings: Vec<Warning>) -> Self {
        self.warnings = warnings;
        self
    }

    pub(crate) fn with_recovered(mut self, recovered: bool) -> Self {
        self.recovered = recovered;
        self
    }

    /// The same, with the moment of the response that showed it: its `Date`, unless a cache has held
    /// it back (`Age`).
    pub(crate) fn responded_at(mut self, headers: &HeaderMap) -> Self {
        let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE));
        let date = date.and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
        self.responded = Responded(date);
        self
    }

    pub(crate) fn with_id(mut self, id: PredictionId) -> Self {
        self.id = Some(id);
        self
    }

    /// The same with a log that its stream has told: what has one has been started.
    pub(crate) fn with_logs(mut self, logs: &str) -> Self {
        let mut raw = self.document.into_tree();
        if let Some(raw) = raw.as_object_mut() {
            raw.insert("logs".to_owned(), logs.into());
            if self.status == Status::Starting {
                self.status = Status::Processing;
                raw.insert("status".to_owned(), self.status.as_str().into());
            }
        }
        self.document = raw.into();
        self
    }

    pub(crate) fn document(&self) -> &Document {
        &self.document
    }

    /// The id; `None` for the OpenAI-shaped answer, which has none.
    pub fn id(&self) -> Option<&PredictionId> {
        self.id.as_ref()
    }

    /// The id, for a message.
    pub(crate) fn shown_id(&self) -> String {
        printable(self.id().map_or("without an id", PredictionId::as_str))
    }

    /// Where it stands, in the contract's words. The word of the response is in [`raw`](Self::raw).
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether it is over.
    pub fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// Whether it seems to be over although the contract does not know its status: it has outputs
    /// and the time of its end. A wait asks for three polls that show the same; one poll is enough to
    /// save what is there on request.
    pub fn looks_terminal(&self) -> bool {
        let unknown = matches!(self.status, Status::Other(_));
        unknown && self.completed_at().is_some() && self.has_outputs()
    }

    /// Whether there are outputs, none of which is decoded for it.
    pub(crate) fn has_outputs(&self) -> bool {
        envelope::outputs(self.raw()).is_some()
    }

    /// Whether two polls show the same status, outputs and end.
    pub(crate) fn same_end(&self, other: &Self) -> bool {
        let of = |one: &Self, key: &str| one.raw().get(key).cloned();
        ["status", "completed_at"].iter().all(|key| of(self, key) == of(other, key))
            && envelope::outputs(self.raw()) == envelope::outputs(other.raw())
    }

    /// The outputs so far, of whatever shape; empty while there are none.
    ///
    /// Outputs do not mean that it is finished: see [`status`](Self::status).
    pub fn outputs(&self) -> Vec<Output> {
        output::read(self.raw())
    }

    /// The outputs that were asked for and are not there, of a prediction that succeeded. `None`
    /// where none is missing, or where it is not known how many were asked for.
    pub fn missing_outputs(&self) -> Option<MissingOutputs> {
        if self.status != Status::Succeeded || self.data_removed() {
            return None;
        }
        let asked = self.outputs_asked()?;
        let outputs = self.outputs();
        // Words beside files are about them.
        let files = outputs.iter().any(Output::is_file);
        let counts = |output: &&Output| match output {
            Output::Json(_) => false,
            Output::Text(_) => !files,
            _ => true,
        };
        let came = outputs.iter().filter(counts).count() as u64;
        let missing = asked.checked_sub(came).filter(|missing| *missing > 0)?;
        Some(MissingOutputs {
            requested: asked,
            missing,
            reason: logs::dropped_because(self.logs()),
        })
    }

    fn outputs_asked(&self) -> Option<u64> {
        self.expected.outputs.or_else(|| self.contract()?.outputs_asked(self.input()?.as_object()?))
    }

    /// The contract's model that was asked for, or that ran.
    pub(crate) fn contract(&self) -> Option<&'static Model> {
        let by_version = || {
            let version = self.named_version()?;
            models().iter().find(|model| model.version == Some(version))
        };
        self.expected.model.or_else(|| find_model(self.named_model()?)).or_else(by_version)
    }

    /// Whether there are outputs and each of them failed.
    pub(crate) fn has_only_failed_outputs(&self) -> bool {
        all_failed(&self.outputs())
    }

    /// Why it failed, as the model or the gateway put it.
    pub fn error(&self) -> Option<String> {
        let own = self.raw().as_object().and_then(envelope::error);
        match own {
            Some(Value::String(text)) => Some(text.clone()),
            Some(error) if error.get("message").is_some() => {
                Some(ErrorMessage::of(error).in_words())
            }
            Some(other) => Some(other.to_string()),
            None => self.error_of_outputs(),
        }
    }

    /// Why its outputs failed, each reason once.
    fn error_of_outputs(&self) -> Option<String> {
        let outputs = self.outputs();
        let mut reasons: Vec<String> = Vec::new();
        for output in outputs.iter().filter(|_| all_failed(&outputs)) {
            if let Output::Failed { message, code } = output {
                let (message, code) = (message.clone(), code.clone());
                let reason = ErrorMessage { message, code }.in_words();
                if !reasons.contains(&reason) {
                    reasons.push(reason);
                }
            }
        }
        (!reasons.is_empty()).then(|| reasons.join("; "))
    }

    /// The model's log so far; empty when there is none.
    pub fn logs(&self) -> &str {
        self.raw().get("logs").and_then(Value::as_str).unwrap_or_default()
    }

    /// The seed used, as the log tells it.
    pub fn seed(&self) -> Option<i64> {
        logs::seed(self.logs())
    }

    /// How far it is, as the progress bars in the log tell it.
    pub fn progress(&self) -> Option<Progress> {
        logs::progress(self.logs())
    }

    /// The model that ran. May differ from the one asked for, or be `hidden`.
    pub fn model(&self) -> Option<&str> {
        self.text("model")
    }

    /// The version that ran. May differ from the one asked for, or be `hidden`.
    pub fn version(&self) -> Option<&str> {
        self.text("version")
    }

    /// The input as the gateway repeats it.
    pub fn input(&self) -> Option<&Value> {
        self.raw().get("input").filter(|input| input.is_object() || !envelope::is_empty(input))
    }

    /// When it was created, RFC 3339.
    pub fn created_at(&self) -> Option<&str> {
        self.text("created_at")
    }

    /// When the model started, RFC 3339.
    pub fn started_at(&self) -> Option<&str> {
        self.text("started_at")
    }

    /// When it was over, RFC 3339.
    pub fn completed_at(&self) -> Option<&str> {
        self.text("completed_at")
    }

    /// Whether input, outputs and logs have been deleted, as the gateway does
    /// [after a while](crate::catalog::limits::RESULT_RETENTION_SECONDS).
    pub fn data_removed(&self) -> bool {
        self.raw().get("data_removed").and_then(Value::as_bool).unwrap_or_default()
    }

    /// Seconds the model ran, where the gateway tells.
    pub fn predict_time(&self) -> Option<f64> {
        self.raw().pointer("/metrics/predict_time").and_then(Value::as_f64)
    }

    /// Inputs that the model ignores, found when it was created with this client.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether the outcome of its create was unknown at first, and it was then found: see
    /// [`RetryPolicy::recover_unknown`](crate::RetryPolicy::recover_unknown).
    pub fn was_recovered(&self) -> bool {
        self.recovered
    }

    /// The model that ran, where its name is told.
    pub(crate) fn named_model(&self) -> Option<&str> {
        self.model().filter(|model| *model != HIDDEN)
    }

    /// The version that ran, where it is told.
    pub(crate) fn named_version(&self) -> Option<&str> {
        self.version().filter(|version| *version != HIDDEN)
    }

    /// The moment it was created, by the gateway's clock.
    pub(crate) fn created(&self) -> Option<SystemTime> {
        self.created_at().and_then(moment)
    }

    /// The moment the model started, by the gateway's clock.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        self.started_at().and_then(moment)
    }

    /// The moment it was over, by the gateway's clock.
    pub(crate) fn completed(&self) -> Option<SystemTime> {
        self.completed_at().and_then(moment)
    }

    /// The moment it was shown, by the gateway's clock, in whole seconds.
    pub(crate) fn responded(&self) -> Option<SystemTime> {
        self.responded.0
    }

    /// The whole answer. A tree is made of it when this, or anything but the id and the status, is
    /// first asked for; it is kept beside the answer as it came.
    pub fn raw(&self) -> &Value {
        self.document.tree()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.raw().get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
    }
}

fn all_failed(outputs: &[Output]) -> bool {
    !outputs.is_empty() && outputs.iter().all(|output| matches!(output, Output::Failed { .. }))
}

/// When a prediction was shown. It is not part of the prediction: two that differ only here are equal.
#[derive(Clone, Copy, Debug)]
struct Responded(Option<SystemTime>);

impl PartialEq for Responded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What a gateway says of a model or a version that it does not want to name.
const HIDDEN: &str = "hidden";

/// The moment of an RFC 3339 time stamp.
fn moment(stamp: &str) -> Option<SystemTime> {
    let utc = stamp.strip_suffix("+00:00").map(|stamp| format!("{stamp}Z"));
    humantime::parse_rfc3339(utc.as_deref().unwrap_or(stamp)).ok()
}
