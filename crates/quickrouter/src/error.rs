//! The one error type: what happened, with which value, and what to do next.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Status;

use crate::check::Violation;
use crate::prediction::Prediction;
use crate::prediction_id::PredictionId;
use crate::webhook::Refused;
use crate::wording::{Checked, Ended, Listed, Of, RunsOn};

/// The variable that holds the key; messages name it.
pub(crate) const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";

/// Everything that can go wrong, by what a caller can do about it.
///
/// From the moment a create is answered its id is in every error: see
/// [`prediction_id`](Self::prediction_id).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is missing or wrong, or a file cannot be used; nothing was created.
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

    /// No connection could be made, again and again, or it was stopped before, or the environment names
    /// a proxy that cannot be used: the gateway has seen nothing of this request. Or it has certified
    /// each time that it has not processed it.
    #[error("{operation} was not sent: {cause}{}{}{}", Checked(.source.is_some()), Of(.prediction_id.as_ref()), RunsOn(*.may_run_on))]
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
        /// Whether it ended a wait: the prediction may run on and be billed.
        may_run_on: bool,
    },

    /// The shared throttle had no turn for the request before its deadline; it was not sent.
    #[error("{operation} was not sent: {cause}; ask for less at a time, or set a later deadline{}", Of(.prediction_id.as_ref()))]
    #[non_exhaustive]
    Throttled {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What it was waiting for.
        cause: String,
        /// How long until requests of this kind may leave again, where that is known.
        opens_in: Option<Duration>,
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

    /// A request about an existing prediction, or an upload, got no answer, again and again.
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

    /// A webhook's delivery that is not taken.
    #[error("the delivery is refused: {0}")]
    DeliveryRefused(Refused),
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::DeliveryRefused(refused)
    }
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
    /// Whether it ended a wait: the prediction may run on and be billed.
    pub may_run_on: bool,
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
    /// It cannot be looked for here: the gateway does not relay the list of predictions.
    NotRelayed,
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
    /// The prediction as it was last seen with outputs, which may not be all; `None` where it had
    /// none.
    pub last: Option<Box<Prediction>>,
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
    /// Whether it ended a wait: the prediction may run on and be billed.
    pub may_run_on: bool,
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
    /// The file that holds the whole response, where something of it cannot be had again.
    pub unread: Option<PathBuf>,
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
            Self::Configuration(_) | Self::InputRefused { .. } | Self::DeliveryRefused(_) => None,
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

    /// Marks an error that ends a wait.
    pub(crate) fn that_ends_a_wait(mut self) -> Self {
        match &mut self {
            Self::Refused(refusal) => refusal.may_run_on = true,
            Self::NotUnderstood(response) => response.may_run_on = true,
            Self::NotSent { may_run_on, .. } => *may_run_on = true,
            _ => {}
        }
        self
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
