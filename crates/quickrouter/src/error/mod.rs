//! The one error type: what happened, with which value, and what to do next.

pub(crate) mod delivery;
pub(crate) mod details;
mod display;

use std::sync::Arc;
use std::time::Duration;

use crate::model::invalid_id::InvalidId;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::validate::finding::Violation;

use self::delivery::Refused;
use self::details::{DeadlinePassed, NotUnderstood, OutputError, Refusal, UnknownOutcome};
use self::display::{Checked, Ended, Listed, Of, RunsOn};

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

    /// A text is not an id; nothing was sent.
    #[error(transparent)]
    InvalidId(InvalidId),

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

impl From<InvalidId> for Error {
    fn from(invalid: InvalidId) -> Self {
        Self::InvalidId(invalid)
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::DeliveryRefused(refused)
    }
}

impl Error {
    /// The prediction this is about. `None` only where no create has been answered.
    pub fn prediction_id(&self) -> Option<&PredictionId> {
        match self {
            Self::Configuration(_)
            | Self::InvalidId(_)
            | Self::InputRefused { .. }
            | Self::DeliveryRefused(_) => None,
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
