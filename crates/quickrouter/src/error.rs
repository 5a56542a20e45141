//! The one error type: what happened, with which value, and what to do next.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Status;

use crate::check::Violation;
use crate::prediction::{Prediction, PredictionId};
use crate::printable::{excerpt, printable};

/// The variable that holds the key; messages name it.
pub(crate) const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";

/// Everything that can go wrong, by what a caller can do about it.
///
/// From the moment a create is answered its id is in every error: see
/// [`prediction_id`](Self::prediction_id).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is missing or wrong; nothing was sent.
    #[error("{0}")]
    Configuration(String),

    /// The input breaks the contract; nothing was sent.
    #[error("the input for {model} is refused, nothing was sent:{}", Listed(.violations))]
    InputRefused {
        /// The model, as it was asked for.
        model: String,
        /// Everything that is wrong.
        violations: Vec<Violation>,
    },

    /// No connection could be made, again and again, or it was stopped before; the gateway has seen
    /// nothing of this request.
    #[error("{operation} was not sent: {cause}{}{}", Checked(.source.is_some()), Of(.prediction_id.as_ref()))]
    NotSent {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What the network said.
        cause: String,
        /// The error below.
        #[source]
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    },

    /// The shared throttle had no turn for the request before its deadline; it was not sent.
    #[error("{operation} was not sent: {cause}; ask for less at a time, or set a later deadline{}", Of(.prediction_id.as_ref()))]
    Throttled {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What it was waiting for.
        cause: String,
    },

    /// The gateway answered with an error status. For a create: it was not accepted.
    #[error("{0}")]
    Refused(Box<Refusal>),

    /// A create was sent and it is not known whether it was accepted (and billed). It must not be
    /// sent again without looking.
    #[error("{0}")]
    OutcomeUnknown(Box<UnknownOutcome>),

    /// The prediction ended failed, canceled or aborted.
    #[error("{}", Ended(.0))]
    PredictionFailed(Box<Prediction>),

    /// The deadline passed before the prediction was over.
    #[error("{0}")]
    Deadline(Box<DeadlinePassed>),

    /// A request about an existing prediction got no answer, again and again.
    #[error("{operation} got no answer: {cause}; ask again{}", Of(.prediction_id.as_ref()))]
    Interrupted {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What the network said.
        cause: String,
        /// The error below.
        #[source]
        source: Option<Arc<dyn std::error::Error + Send + Sync>>,
    },

    /// An answer that is not what the contract says. Nothing of it is lost.
    #[error("{0}")]
    NotUnderstood(Box<NotUnderstood>),

    /// An output could not be fetched or written, or there is none.
    #[error("{0}")]
    Output(Box<OutputError>),
}

/// What the gateway said when it refused.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refusal {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction it was about.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// The gateway's or Replicate's message.
    pub message: String,
    /// The code beside the message; empty where there is none.
    pub code: String,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// How long the gateway asked to wait.
    pub retry_after: Option<Duration>,
    /// What to do next.
    pub hint: String,
}

/// A create whose fate is not known.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// What happened.
    pub cause: String,
    /// The HTTP status, where an answer began.
    pub status: Option<u16>,
    /// What came back, as far as it came.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// The id, where what came back shows one.
    pub prediction_id: Option<PredictionId>,
    /// What the search for it showed.
    pub search: Search,
}

impl UnknownOutcome {
    pub(crate) fn new(cause: impl Into<String>, status: Option<u16>, body: Bytes) -> Self {
        Self {
            cause: cause.into(),
            status,
            body,
            request_id: None,
            prediction_id: None,
            search: Search::NotMade,
        }
    }
}

/// What came of looking for a create whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Search {
    /// It was not looked for: see [`RetryPolicy::find_unknown`](crate::RetryPolicy::find_unknown).
    NotMade,
    /// It could not be looked for, and why.
    Failed(String),
    /// The predictions that may be it: same input, created since, not known to this client. None at
    /// all does not mean that it was not accepted.
    Candidates(Vec<PredictionId>),
}

/// A wait that reached its deadline.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadlinePassed {
    /// The prediction, which may still be running.
    pub prediction_id: PredictionId,
    /// The status last seen.
    pub last_status: Option<Status>,
    /// The deadline, counted from the start.
    pub deadline: Duration,
    /// What went wrong with the last look, if something did.
    pub last_problem: Option<String>,
    /// Whether a cancel was asked for, and what came of it.
    pub cancel: CancelOutcome,
}

/// What came of asking for a cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelOutcome {
    /// None was asked for.
    NotAsked,
    /// It was asked for, and this is the status that came back.
    Answered(Status),
    /// It was asked for, and this went wrong.
    Unconfirmed(String),
}

/// An answer that is not what the contract says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NotUnderstood {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction it was about.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// Why it was not understood.
    pub reason: String,
    /// The whole answer.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
}

/// Outputs that are not on disk.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutputError {
    /// The prediction.
    pub prediction_id: Option<PredictionId>,
    /// What was not saved, at least one.
    pub failed: Vec<FailedOutput>,
    /// The outputs of the same prediction that were saved.
    pub saved: Vec<PathBuf>,
}

/// One output that is not on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedOutput {
    /// What happened.
    pub reason: String,
    /// Its URL, where it has one.
    pub url: Option<String>,
}

impl Error {
    /// The prediction this is about. `None` only where no create has been answered.
    pub fn prediction_id(&self) -> Option<&PredictionId> {
        match self {
            Self::Configuration(_) | Self::InputRefused { .. } => None,
            Self::NotSent { prediction_id, .. }
            | Self::Throttled { prediction_id, .. }
            | Self::Interrupted { prediction_id, .. } => prediction_id.as_ref(),
            Self::Refused(refusal) => refusal.prediction_id.as_ref(),
            Self::OutcomeUnknown(unknown) => unknown.prediction_id.as_ref(),
            Self::PredictionFailed(prediction) => prediction.id(),
            Self::Deadline(deadline) => Some(&deadline.prediction_id),
            Self::NotUnderstood(answer) => answer.prediction_id.as_ref(),
            Self::Output(output) => output.prediction_id.as_ref(),
        }
    }

    /// The gateway's request id, where its answer had one.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.request_id.as_deref(),
            Self::OutcomeUnknown(unknown) => unknown.request_id.as_deref(),
            Self::NotUnderstood(answer) => answer.request_id.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::OutcomeUnknown(unknown) => unknown.status,
            Self::NotUnderstood(answer) => Some(answer.status),
            _ => None,
        }
    }
}

/// One violation on the same line, several on lines of their own.
struct Listed<'a>(&'a [Violation]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            [one] => write!(f, " {one}"),
            many => many.iter().try_for_each(|violation| write!(f, "\n  {violation}")),
        }
    }
}

/// ` (prediction ID)`.
struct Of<'a>(Option<&'a PredictionId>);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, " (prediction {})", printable(id.as_str())))
    }
}

/// What to do about a connection that could not be made.
struct Checked(bool);

impl fmt::Display for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0 { "; check the base URL and the network" } else { "" })
    }
}

/// ` (request ID)`.
struct By<'a>(Option<&'a str>);

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |id| write!(f, " (request {})", printable(id)))
    }
}

/// A prediction that did not succeed.
struct Ended<'a>(&'a Prediction);

impl fmt::Display for Ended<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prediction = self.0;
        match prediction.id() {
            Some(id) => write!(f, "prediction {}", printable(id.as_str()))?,
            None => f.write_str("the prediction")?,
        }
        write!(f, " ended {}", printable(prediction.status().as_str()))?;
        match prediction.error() {
            Some(error) => write!(f, ": {}", printable(&error)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was refused with HTTP {}", self.operation, self.status)?;
        if !self.code.is_empty() {
            write!(f, " {}", printable(&self.code))?;
        }
        let message = printable(&self.message);
        if !message.is_empty() {
            write!(f, ": {}", message.trim_end_matches('.'))?;
        }
        // The gateway's own message often ends in the request id.
        let untold = self.request_id.as_deref().filter(|id| !message.contains(id));
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(untold))?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "; {}", self.hint) }
    }
}

impl fmt::Display for UnknownOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the create was sent and its outcome is unknown: ")?;
        f.write_str(&printable(&self.cause))?;
        // Of an error status the cause has told everything already.
        if let Some(status) = self.status.filter(|status| *status < 300) {
            write!(f, ", HTTP {status}")?;
            if !self.body.is_empty() {
                write!(f, ", what came back: {}", excerpt(&self.body))?;
            }
        }
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(self.request_id.as_deref()))?;
        f.write_str("; it may be running and billed: ")?;
        match &self.search {
            Search::Candidates(ids) if !ids.is_empty() => {
                let ids: Vec<_> = ids.iter().map(|id| printable(id.as_str())).collect();
                write!(f, "it may be {}; look there before sending it again", ids.join(" or "))
            }
            Search::Candidates(_) => f.write_str(
                "the list of predictions does not show it yet; look again before sending it again",
            ),
            Search::Failed(why) => {
                let why = printable(why);
                write!(
                    f,
                    "look at your predictions before sending it again (a search failed: {why})"
                )
            }
            Search::NotMade => f.write_str("look at your predictions before sending it again"),
        }
    }
}

impl fmt::Display for DeadlinePassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the deadline of {:?} passed", self.deadline)?;
        let id = printable(self.prediction_id.as_str());
        match &self.last_status {
            Some(status) => write!(f, " while prediction {id} was {}", printable(status.as_str()))?,
            None => write!(f, " before prediction {id} was seen")?,
        }
        if let Some(problem) = &self.last_problem {
            write!(f, "; the last look at it: {}", printable(problem))?;
        }
        match &self.cancel {
            CancelOutcome::NotAsked => f.write_str("; it runs on: wait for it again, or cancel it"),
            CancelOutcome::Answered(status) if status.is_terminal() => {
                write!(f, "; a cancel was asked for and confirmed: it is {status}")
            }
            CancelOutcome::Answered(status) => {
                let status = printable(status.as_str());
                write!(
                    f,
                    "; a cancel was asked for and is not confirmed yet, its status is {status}"
                )?;
                f.write_str(": look at it again")
            }
            CancelOutcome::Unconfirmed(why) => {
                write!(f, "; a cancel was asked for and not confirmed ({}), ", printable(why))?;
                f.write_str("so it may run on and be billed: look at it again")
            }
        }
    }
}

impl fmt::Display for NotUnderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was answered with HTTP {}", self.operation, self.status)?;
        write!(f, " and something else than the contract says: {}", printable(&self.reason))?;
        if !self.body.is_empty() {
            write!(f, ", what came back: {}", excerpt(&self.body))?;
        }
        write!(f, "{}{}", Of(self.prediction_id.as_ref()), By(self.request_id.as_deref()))?;
        f.write_str("; ask again, and check the base URL")
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.prediction_id {
            Some(id) => {
                write!(f, "an output of prediction {} was not saved: ", printable(id.as_str()))?;
            }
            None => f.write_str("an output was not saved: ")?,
        }
        for (index, failed) in self.failed.iter().enumerate() {
            let between = if index == 0 { "" } else { "; another: " };
            write!(f, "{between}{}", printable(&failed.reason))?;
            if let Some(url) = &failed.url {
                write!(f, " ({})", printable(url))?;
            }
        }
        match self.saved.len() {
            0 => Ok(()),
            1 => write!(f, "; 1 other was saved"),
            many => write!(f, "; {many} others were saved"),
        }
    }
}
