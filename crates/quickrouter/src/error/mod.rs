//! The one error type, [`Error`], what its variants hold, and its [`ErrorKind`].

mod classify;
pub(crate) mod delivery;
pub(crate) mod details;
mod display;
pub(crate) mod kind;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use crate::model::invalid_id::InvalidId;
pub use crate::model::invalid_prediction::InvalidPrediction;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
pub use crate::validate::finding::Violation;

use self::delivery::DeliveryError;
pub use self::details::{
    ApiError, CancelOutcome, DeadlinePassed, FailedOutput, FileError, OutputError, Recovery,
    UnexpectedResponse, UnknownOutcome,
};
use self::display::{Checked, Ended, Listed, Of, RunsOn};
pub use self::kind::ErrorKind;

/// Everything that can go wrong, by what a caller can do about it.
///
/// From the moment a create is answered its id is in every error: see
/// [`prediction_id`](Self::prediction_id). Whether to repeat a call that failed is in
/// [`is_retryable`](Self::is_retryable), what may have been paid for in
/// [`may_be_billed`](Self::may_be_billed).
///
/// The message tells the whole story, so [`source`](std::error::Error::source) has nothing to add
/// and is `None`: a report that prints the chain of causes says nothing twice. The errors below are
/// in the fields `network_error` and [`io_error`](FileError::io_error).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the client is missing or wrong: the key, the base URL, a proxy, the secret of
    /// webhooks. Nothing was sent.
    #[error("{0}")]
    Configuration(String),

    /// A local file cannot be read, is empty or too large, or changed while it was sent. No
    /// prediction was created.
    #[error("{0}")]
    File(FileError),

    /// A text is not an id; nothing was sent.
    #[error(transparent)]
    InvalidId(InvalidId),

    /// A request cannot be sent as it is, whatever its input: its model has no such name, its webhook
    /// no such URL, or a time is out of range. Nothing was sent.
    #[error("{0}")]
    InvalidRequest(String),

    /// The input breaks the contract; nothing was sent.
    #[error("invalid input for {model}, nothing was sent:{}", Listed(.violations))]
    InvalidInput {
        /// The model, as it was asked for.
        model: String,
        /// Everything that is wrong.
        violations: Vec<Violation>,
    },

    /// No connection could be made, again and again, or it was stopped before, or the environment names
    /// a proxy that cannot be used: the gateway has seen nothing of this request. Or it has certified
    /// each time that it has not processed it.
    #[error("{operation} was not sent: {cause}{}{}{}", Checked(.network_error.is_some()), Of(.prediction_id.as_ref()), RunsOn(*.may_still_run))]
    #[non_exhaustive]
    NotSent {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What the network said.
        cause: String,
        /// The network's error, where there is one; `cause` says what it says.
        network_error: Option<Arc<dyn std::error::Error + Send + Sync>>,
        /// Whether it ended a wait: the prediction may run on and be billed.
        may_still_run: bool,
        /// Whether another attempt may succeed: see [`is_retryable`](Self::is_retryable).
        retryable: bool,
    },

    /// The shared throttle had no turn for the request before its deadline; it was not sent.
    #[error("{operation} was not sent: {cause}; send fewer requests at a time, or set a later deadline{}", Of(.prediction_id.as_ref()))]
    #[non_exhaustive]
    RateLimited {
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
    Api(Box<ApiError>),

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
    #[error("{operation} got no response: {cause}; try again{}{}", Of(.prediction_id.as_ref()), RunsOn(*.may_still_run))]
    #[non_exhaustive]
    Interrupted {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction it was about.
        prediction_id: Option<PredictionId>,
        /// What the network said.
        cause: String,
        /// The network's error, where there is one; `cause` says what it says.
        network_error: Option<Arc<dyn std::error::Error + Send + Sync>>,
        /// Whether it ended a wait: the prediction may run on and be billed.
        may_still_run: bool,
        /// Whether another attempt may succeed: see [`is_retryable`](Self::is_retryable).
        retryable: bool,
    },

    /// An answer that is not what the contract says. Nothing of it is lost.
    #[error("{0}")]
    UnexpectedResponse(Box<UnexpectedResponse>),

    /// An output could not be fetched or written, or there is none.
    #[error("{0}")]
    Output(Box<OutputError>),

    /// A webhook's delivery that is not taken.
    #[error("delivery rejected: {0}")]
    Delivery(DeliveryError),
}

impl From<InvalidId> for Error {
    fn from(invalid: InvalidId) -> Self {
        Self::InvalidId(invalid)
    }
}

impl From<FileError> for Error {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl From<DeliveryError> for Error {
    fn from(error: DeliveryError) -> Self {
        Self::Delivery(error)
    }
}

impl Error {
    /// The prediction this is about. `None` only where no create has been answered.
    pub fn prediction_id(&self) -> Option<&PredictionId> {
        match self {
            Self::Configuration(_)
            | Self::File(_)
            | Self::InvalidId(_)
            | Self::InvalidRequest(_)
            | Self::InvalidInput { .. }
            | Self::Delivery(_) => None,
            Self::NotSent { prediction_id, .. }
            | Self::RateLimited { prediction_id, .. }
            | Self::Interrupted { prediction_id, .. } => prediction_id.as_ref(),
            Self::Api(refusal) => refusal.prediction_id.as_ref(),
            Self::OutcomeUnknown(unknown) => unknown.prediction_id.as_ref(),
            Self::PredictionFailed(prediction) => prediction.id(),
            Self::Deadline(deadline) => Some(&deadline.prediction_id),
            Self::UnexpectedResponse(answer) => answer.prediction_id.as_ref(),
            Self::Output(output) => output.prediction_id.as_ref(),
        }
    }

    /// Marks an error that ends a wait.
    pub(crate) fn that_ends_a_wait(mut self) -> Self {
        match &mut self {
            Self::Api(refusal) => refusal.may_still_run = true,
            Self::UnexpectedResponse(response) => response.may_still_run = true,
            Self::NotSent { may_still_run, .. } | Self::Interrupted { may_still_run, .. } => {
                *may_still_run = true;
            }
            _ => {}
        }
        self
    }

    /// The gateway's request id, where its answer had one.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(refusal) => refusal.request_id.as_deref(),
            Self::OutcomeUnknown(unknown) => unknown.request_id.as_deref(),
            Self::UnexpectedResponse(answer) => answer.request_id.as_deref(),
            _ => None,
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::Api(refusal) => Some(refusal.status),
            Self::OutcomeUnknown(unknown) => unknown.status,
            Self::UnexpectedResponse(answer) => Some(answer.status),
            _ => None,
        }
    }
}
