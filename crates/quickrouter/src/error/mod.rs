//! The error type, [`Error`], the data of its variants, and its [`ErrorKind`].

mod classify;
mod code;
pub(crate) mod delivery;
pub(crate) mod details;
mod display;
pub(crate) mod kind;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use crate::detail::{Detail, DetailCode, DetailValue};
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
/// Once a create has its response, every error contains the id: see
/// [`prediction_id`](Self::prediction_id). [`is_retryable`](Self::is_retryable) says whether a
/// failed call may be repeated, [`may_be_billed`](Self::may_be_billed) whether something may have
/// been paid for.
///
/// The message is complete, so [`source`](std::error::Error::source) is `None` and a report that
/// prints the chain of causes repeats nothing. Underlying errors are in the fields `network_error`
/// and [`io_error`](FileError::io_error).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting of the client is missing or wrong: the key, the base URL, a proxy, the webhook
    /// secret. Nothing was sent.
    #[error("{0}")]
    Configuration(Detail),

    /// A local file cannot be read, is empty or too large, or changed during its upload. No
    /// prediction was created.
    #[error("{0}")]
    File(FileError),

    /// A string is not an id; nothing was sent.
    #[error(transparent)]
    InvalidId(InvalidId),

    /// A request is invalid regardless of its input: the model name or the webhook URL is
    /// malformed, or a duration is out of range. Nothing was sent.
    #[error("{0}")]
    InvalidRequest(Detail),

    /// The input violates the contract; nothing was sent.
    #[error("invalid input for {model}, nothing was sent:{}", Listed(.violations))]
    #[non_exhaustive]
    InvalidInput {
        /// The model as requested.
        model: String,
        /// Everything that is wrong.
        violations: Vec<Violation>,
    },

    /// The gateway has not processed the request: no connection could be made on any attempt, the
    /// create was stopped first, a proxy from the environment cannot be used, or the server
    /// certified each time that it did not process it.
    #[error("{operation} was not sent: {cause}{}{}{}", Checked(.network_error.is_some()), Of(.prediction_id.as_ref()), RunsOn(*.may_still_run))]
    #[non_exhaustive]
    NotSent {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction concerned, if any.
        prediction_id: Option<PredictionId>,
        /// What went wrong.
        cause: Detail,
        /// The network error, if any; `cause` includes its message.
        network_error: Option<Arc<dyn std::error::Error + Send + Sync>>,
        /// Whether it ended a wait: the prediction may still run and be billed.
        may_still_run: bool,
        /// Whether another attempt may succeed: see [`is_retryable`](Self::is_retryable).
        retryable: bool,
    },

    /// The client's rate limiter could not admit the request before its deadline; it was not sent.
    #[error("{operation} was not sent: {cause}; send fewer requests at a time, or set a later deadline{}", Of(.prediction_id.as_ref()))]
    #[non_exhaustive]
    RateLimited {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction concerned, if any.
        prediction_id: Option<PredictionId>,
        /// What it waited for.
        cause: Detail,
        /// Time until requests of this kind may be sent again, if known.
        opens_in: Option<Duration>,
    },

    /// The gateway responded with an error status. For a create: it was not accepted.
    #[error("{0}")]
    Api(Box<ApiError>),

    /// A create was sent, and it is unknown whether it was accepted (and billed). Do not send it
    /// again before checking.
    #[error("{0}")]
    OutcomeUnknown(Box<UnknownOutcome>),

    /// The prediction ended failed, canceled or aborted.
    #[error("{}", Ended(.0))]
    PredictionFailed(Box<Prediction>),

    /// The deadline passed before the prediction was terminal.
    #[error("{0}")]
    Deadline(Box<DeadlinePassed>),

    /// A request about an existing prediction, or an upload, got no response on any attempt.
    #[error("{operation} got no response: {cause}; try again{}{}", Of(.prediction_id.as_ref()), RunsOn(*.may_still_run))]
    #[non_exhaustive]
    Interrupted {
        /// The operation's id in the contract.
        operation: &'static str,
        /// The prediction concerned, if any.
        prediction_id: Option<PredictionId>,
        /// What went wrong.
        cause: Detail,
        /// The network error, if any; `cause` includes its message.
        network_error: Option<Arc<dyn std::error::Error + Send + Sync>>,
        /// Whether it ended a wait: the prediction may still run and be billed.
        may_still_run: bool,
        /// Whether another attempt may succeed: see [`is_retryable`](Self::is_retryable).
        retryable: bool,
    },

    /// A response does not follow the contract. All of it is kept.
    #[error("{0}")]
    UnexpectedResponse(Box<UnexpectedResponse>),

    /// An output could not be fetched or written, or there is none.
    #[error("{0}")]
    Output(Box<OutputError>),

    /// A webhook delivery was rejected.
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
    /// Returns the prediction concerned. `None` only if no create has had a response.
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
            Self::UnexpectedResponse(response) => response.prediction_id.as_ref(),
            Self::Output(output) => output.prediction_id.as_ref(),
        }
    }

    /// Marks this as an error that ends a wait.
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

    /// Returns the gateway's request id, if the response had one.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(refusal) => refusal.request_id.as_deref(),
            Self::OutcomeUnknown(unknown) => unknown.request_id.as_deref(),
            Self::UnexpectedResponse(response) => response.request_id.as_deref(),
            _ => None,
        }
    }

    /// Returns the HTTP status, if there was a response.
    pub fn http_status(&self) -> Option<u16> {
        match self {
            Self::Api(refusal) => Some(refusal.status),
            Self::OutcomeUnknown(unknown) => unknown.status,
            Self::UnexpectedResponse(response) => Some(response.status),
            _ => None,
        }
    }
}
