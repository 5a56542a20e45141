//! Exit codes: what a failure means to whoever called the command.

#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use quickrouter::error::{CancelOutcome, Recovery};
use quickrouter::{Error, PredictionId};
use serde_json::{Value, json};

/// Something went wrong, or there is nobody left to tell.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    /// The kind in one word, for programs.
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) about: Box<About>,
}

/// What a failure is about, as far as that is known.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) prediction_id: Option<PredictionId>,
    pub(crate) request_id: Option<String>,
    /// The HTTP status, where there was a response.
    pub(crate) http_status: Option<u16>,
    /// What the gateway sent, where it was not understood.
    pub(crate) answer: Option<Vec<u8>>,
    /// The file that holds it.
    pub(crate) unread: Option<PathBuf>,
    /// Files that were saved all the same.
    pub(crate) saved: Vec<PathBuf>,
}

const CLOSED_PIPE: &str = "closed_pipe";
const OUTCOME_UNKNOWN: &str = "outcome_unknown";

impl Failure {
    /// Arguments, settings or input refused; nothing was sent.
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self::new(2, "refused_here", message)
    }

    /// Anything that has no code of its own.
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::new(1, "other", message)
    }

    /// Interrupted from outside.
    pub(crate) fn interrupted(message: impl Into<String>, id: Option<PredictionId>) -> Self {
        Self::new(130, "interrupted", message).of(id)
    }

    /// Time was up before anything was created.
    pub(crate) fn deadline(message: impl Into<String>) -> Self {
        Self::new(5, "deadline", message)
    }

    fn new(code: u8, kind: &'static str, message: impl Into<String>) -> Self {
        Self { code, kind, message: message.into(), about: Box::default() }
    }

    /// Names the prediction that it is about, unless that is known already.
    pub(crate) fn of(mut self, id: Option<PredictionId>) -> Self {
        self.about.prediction_id = self.about.prediction_id.or(id);
        self
    }

    /// Whether stdout was closed by its reader, who wants to hear no more.
    pub(crate) fn is_closed_pipe(&self) -> bool {
        self.kind == CLOSED_PIPE
    }

    /// Whether a create was answered with success and something that nobody understands.
    pub(crate) fn is_of_an_unread_create(&self) -> bool {
        self.kind == OUTCOME_UNKNOWN && self.about.http_status.is_some_and(|status| status < 300)
    }

    /// Whether it was refused before a server has said anything.
    pub(crate) fn is_refused_here(&self) -> bool {
        self.code == 2
    }

    /// For `--json`.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "message": self.message,
            "kind": self.kind,
            "exit_code": self.code,
            "prediction_id": self.about.prediction_id,
            "request_id": self.about.request_id,
            "answer": self.about.answer.as_deref().map(String::from_utf8_lossy),
            "unread": self.about.unread.as_deref().map(Path::to_string_lossy),
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failure = Self::new(exit_code(&error), kind(&error), error.to_string());
        if let Some(next) = next_step(&error) {
            failure.message.push_str("; ");
            failure.message.push_str(&next);
        }
        failure.about.prediction_id = error.prediction_id().cloned();
        failure.about.request_id = error.request_id().map(str::to_owned);
        failure.about.http_status = error.http_status();
        match error {
            Error::Output(output) => {
                failure.about.saved = output.saved;
                failure.about.unread = output.unread;
            }
            Error::OutcomeUnknown(unknown) => failure.about.answer = Some(unknown.body.into()),
            Error::UnexpectedResponse(answer) => failure.about.answer = Some(answer.body.into()),
            _ => {}
        }
        failure
    }
}

/// Writing to stdout failed.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(0, CLOSED_PIPE, ""),
            _ => Self::other(format!("stdout cannot be written: {error}")),
        }
    }
}

/// The exit code of an error of the SDK's.
pub(crate) fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Configuration(_)
        | Error::File(_)
        | Error::InvalidId(_)
        | Error::InvalidRequest(_)
        | Error::InvalidInput { .. } => 2,
        Error::Api(refusal) => match refusal.status {
            300..500 | 503 => 3,
            _ => 1,
        },
        Error::RateLimited { .. } => 3,
        Error::PredictionFailed(_) => 4,
        Error::Deadline(_) => 5,
        Error::OutcomeUnknown(_) => 6,
        // NotSent, Interrupted (an answer about an existing prediction that did not come),
        // UnexpectedResponse, Output, and what later versions add.
        _ => 1,
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Configuration(_)
        | Error::File(_)
        | Error::InvalidId(_)
        | Error::InvalidRequest(_) => "configuration",
        Error::InvalidInput { .. } => "input_refused",
        Error::NotSent { .. } => "not_sent",
        Error::RateLimited { .. } => "throttled",
        Error::Api(_) => "refused",
        Error::OutcomeUnknown(_) => OUTCOME_UNKNOWN,
        Error::PredictionFailed(_) => "prediction_failed",
        Error::Deadline(_) => "deadline",
        Error::Interrupted { .. } => "no_answer",
        Error::UnexpectedResponse(_) => "not_understood",
        Error::Output(_) => "output",
        _ => "other",
    }
}

/// What to type next, where the SDK, which knows nothing of this command, cannot say.
fn next_step(error: &Error) -> Option<String> {
    let id = error.prediction_id();
    match error {
        Error::Output(_) => Some(format!(
            "`quickrouter predictions save {}` tries again (--output DIR saves elsewhere, \
             --overwrite replaces what is there)",
            id?
        )),
        Error::OutcomeUnknown(unknown) if unknown.recovery == Recovery::NotRelayed => None,
        Error::OutcomeUnknown(_) if id.is_none() => {
            Some("`quickrouter predictions list` shows them".to_owned())
        }
        Error::NotSent { may_still_run: true, .. } => Some(goes_on(id?)),
        Error::Api(refusal) if refusal.may_still_run => Some(goes_on(id?)),
        Error::UnexpectedResponse(response) if response.may_still_run => Some(goes_on(id?)),
        Error::Deadline(passed) if passed.cancel == CancelOutcome::NotAsked => Some(goes_on(id?)),
        Error::Deadline(_)
        | Error::Interrupted { .. }
        | Error::UnexpectedResponse(_)
        | Error::OutcomeUnknown(_) => {
            Some(format!("`quickrouter predictions get {}` shows where it stands", id?))
        }
        _ => None,
    }
}

fn goes_on(id: &PredictionId) -> String {
    format!("`quickrouter predictions wait {id}` goes on waiting")
}
