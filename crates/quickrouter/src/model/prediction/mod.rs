//! A prediction as plain data, with the whole response.

mod json;
mod response;

use std::time::{Duration, SystemTime};

use quickrouter_api::{Model, Status, find_model, models};
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::model::date::date_of;
use crate::model::document::Document;
use crate::model::envelope;
use crate::model::error_message::ErrorMessage;
use crate::model::expected::Expected;
use crate::model::logs::{self, Progress};
use crate::model::output::{self, Output};
use crate::model::prediction_id::PredictionId;
use crate::text::printable::printable;
use crate::validate::finding::Warning;

/// A prediction: plain data, as returned by the gateway.
///
/// Fields of the contract have a method; everything else is in [`raw`](Self::raw). It serializes as
/// the raw JSON, with the id in any case, and deserializes from it. [`from_json`](Self::from_json)
/// makes one without a server, for tests of code that takes a prediction.
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

/// Outputs that were requested and are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingOutputs {
    /// The number of outputs requested.
    pub requested: u64,
    /// The number of outputs missing, at least 1.
    pub missing: u64,
    /// Why, if the model's log says so: its safety checker drops pictures.
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

    /// Sets the time of its response.
    pub(crate) fn responded_at(mut self, headers: &HeaderMap) -> Self {
        self.responded = Responded(date_of(headers));
        self
    }

    pub(crate) fn with_id(mut self, id: PredictionId) -> Self {
        self.id = Some(id);
        self
    }

    /// Sets the log received on its event stream. A prediction with a log has started.
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

    /// The id; `None` for an OpenAI-shaped response, which has none.
    pub fn id(&self) -> Option<&PredictionId> {
        self.id.as_ref()
    }

    /// The id, for a message.
    pub(crate) fn shown_id(&self) -> String {
        printable(self.id().map_or("without an id", PredictionId::as_str))
    }

    /// The status, as one of the contract's. The status as received is in [`raw`](Self::raw).
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// Whether its status is terminal.
    pub fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// Whether it seems to be terminal although its status is unknown: it has outputs and a
    /// completion time. A wait requires three polls that agree; one is enough to save the outputs on
    /// request.
    pub fn looks_terminal(&self) -> bool {
        let unknown = matches!(self.status, Status::Other(_));
        unknown && self.completed_at().is_some() && self.has_outputs()
    }

    /// Whether there are outputs, without decoding them.
    pub(crate) fn has_outputs(&self) -> bool {
        envelope::outputs(self.raw()).is_some()
    }

    /// Whether two polls show the same status, outputs and completion time.
    pub(crate) fn same_end(&self, other: &Self) -> bool {
        let of = |one: &Self, key: &str| one.raw().get(key).cloned();
        ["status", "completed_at"].iter().all(|key| of(self, key) == of(other, key))
            && envelope::outputs(self.raw()) == envelope::outputs(other.raw())
    }

    /// The outputs so far, of any shape; empty while there are none.
    ///
    /// Outputs do not mean that it is terminal: see [`status`](Self::status).
    pub fn outputs(&self) -> Vec<Output> {
        output::read(self.raw())
    }

    /// The requested outputs that a prediction that succeeded lacks. `None` if none is missing, or if
    /// it is unknown how many were requested.
    pub fn missing_outputs(&self) -> Option<MissingOutputs> {
        if self.status != Status::Succeeded || self.data_removed() {
            return None;
        }
        let requested = self.requested_outputs()?;
        let outputs = self.outputs();
        // Text beside files describes them.
        let files = outputs.iter().any(Output::is_file);
        let counts = |output: &&Output| match output {
            Output::Json(_) => false,
            Output::Text(_) => !files,
            _ => true,
        };
        let received = outputs.iter().filter(counts).count() as u64;
        let missing = requested.checked_sub(received).filter(|missing| *missing > 0)?;
        Some(MissingOutputs { requested, missing, reason: logs::dropped_because(self.logs()) })
    }

    fn requested_outputs(&self) -> Option<u64> {
        self.expected
            .outputs
            .or_else(|| self.contract()?.requested_outputs(self.input()?.as_object()?))
    }

    /// The model of the contract that was requested, or that ran.
    pub(crate) fn contract(&self) -> Option<&'static Model> {
        let by_version = || {
            let version = self.named_version()?;
            models().iter().find(|model| model.version == Some(version))
        };
        self.expected.model.or_else(|| find_model(self.named_model()?)).or_else(by_version)
    }

    /// Whether there are outputs and all of them failed.
    pub(crate) fn has_only_failed_outputs(&self) -> bool {
        all_failed(&self.outputs())
    }

    /// Why it failed, in the words of the model or the gateway.
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

    /// Why its outputs failed, without duplicates.
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

    /// The seed used, read from the log.
    pub fn seed(&self) -> Option<i64> {
        logs::seed(self.logs())
    }

    /// The progress, read from the progress bars in the log.
    pub fn progress(&self) -> Option<Progress> {
        logs::progress(self.logs())
    }

    /// The model that ran. May differ from the one requested, or be `hidden`.
    pub fn model(&self) -> Option<&str> {
        self.text("model")
    }

    /// The version that ran. May differ from the one requested, or be `hidden`.
    pub fn version(&self) -> Option<&str> {
        self.text("version")
    }

    /// The input as repeated by the gateway.
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

    /// When it became terminal, RFC 3339.
    pub fn completed_at(&self) -> Option<&str> {
        self.text("completed_at")
    }

    /// Whether input, outputs and logs have been deleted, which the gateway does
    /// [after a while](crate::catalog::limits::RESULT_RETENTION_SECONDS).
    pub fn data_removed(&self) -> bool {
        self.raw().get("data_removed").and_then(Value::as_bool).unwrap_or_default()
    }

    /// How long the model ran, in seconds, if the gateway reports it.
    pub fn predict_time(&self) -> Option<f64> {
        self.raw().pointer("/metrics/predict_time").and_then(Value::as_f64)
    }

    /// The warnings of the local check, if this client created it.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Whether the outcome of its create was unknown at first, and it was then recovered: see
    /// [`RetryPolicy::recover_unknown`](crate::RetryPolicy::recover_unknown).
    pub fn was_recovered(&self) -> bool {
        self.recovered
    }

    /// The model that ran; `None` also if the gateway does not disclose it (`hidden`).
    pub fn named_model(&self) -> Option<&str> {
        self.model().filter(|model| *model != HIDDEN)
    }

    /// The version that ran; `None` also if the gateway does not disclose it (`hidden`).
    pub fn named_version(&self) -> Option<&str> {
        self.version().filter(|version| *version != HIDDEN)
    }

    /// When it was created, by the gateway's clock; `None` if [`created_at`](Self::created_at) is not
    /// RFC 3339 in UTC.
    pub fn created(&self) -> Option<SystemTime> {
        self.created_at().and_then(moment)
    }

    /// When the model started, by the gateway's clock.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        self.started_at().and_then(moment)
    }

    /// When it became terminal, by the gateway's clock; `None` if [`completed_at`](Self::completed_at) is
    /// not RFC 3339 in UTC.
    pub fn completed(&self) -> Option<SystemTime> {
        self.completed_at().and_then(moment)
    }

    /// When the response was sent, by the gateway's clock, in whole seconds.
    pub(crate) fn responded(&self) -> Option<SystemTime> {
        self.responded.0
    }

    /// The whole response. It is parsed into a tree when this, or anything but the id and the status,
    /// is first requested; the tree is kept beside the response as received.
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

/// When a response was sent. Ignored when predictions are compared.
#[derive(Clone, Copy, Debug)]
struct Responded(Option<SystemTime>);

impl PartialEq for Responded {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What a gateway writes for a model or a version that it does not disclose.
const HIDDEN: &str = "hidden";

/// Parses an RFC 3339 timestamp, with any offset. The beginning of Unix time, and Go's zero time before
/// it, stand for no time: programs write them for a field that is not set.
fn moment(stamp: &str) -> Option<SystemTime> {
    let zone = stamp.len().checked_sub("+00:00".len()).and_then(|at| stamp.split_at_checked(at));
    let utc = match zone.filter(|(_, zone)| zone.starts_with(['+', '-'])) {
        Some((local, zone)) => {
            let local = humantime::parse_rfc3339(&format!("{local}Z")).ok()?;
            let (hours, minutes) = zone[1..].split_once(':')?;
            let minutes = hours.parse::<u64>().ok()? * 60 + minutes.parse::<u64>().ok()?;
            let offset = Duration::from_secs(minutes * 60);
            let is_east = zone.starts_with('+');
            if is_east { local.checked_sub(offset)? } else { local.checked_add(offset)? }
        }
        None => humantime::parse_rfc3339(stamp).ok()?,
    };
    (utc > SystemTime::UNIX_EPOCH).then_some(utc)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::moment;

    #[test]
    fn a_time_has_any_offset_and_a_field_that_is_not_set_is_none() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_366_400);
        for stamp in [
            "2026-03-01T12:00:00Z",
            "2026-03-01T12:00:00+00:00",
            "2026-03-01T20:00:00+08:00",
            "2026-03-01T20:00:00.000000+08:00",
            "2026-03-01T06:30:00-05:30",
        ] {
            assert_eq!(moment(stamp), Some(noon), "{stamp}");
        }
        for stamp in [
            "0001-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "1970-01-01T08:00:00+08:00",
            "2026-03-01",
            "2026-03-01T12:00:00+ab:cd",
            "2026-03-01T12:00:00+08:0é",
            "+08:00",
            "é",
            "",
        ] {
            assert_eq!(moment(stamp), None, "{stamp}");
        }
    }
}
