//! The exit codes: their numbers, what they mean, and which error has which.

use quickrouter::Error;
use quickrouter::catalog::codes;
use quickrouter::error::ErrorKind;

use crate::text::message::{Message, message};

pub(crate) const DONE: u8 = 0;
pub(crate) const OTHER: u8 = 1;
pub(crate) const REFUSED_HERE: u8 = 2;
pub(crate) const REFUSED: u8 = 3;
pub(crate) const PREDICTION_FAILED: u8 = 4;
pub(crate) const DEADLINE: u8 = 5;
pub(crate) const OUTCOME_UNKNOWN: u8 = 6;
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit codes and what they mean, for the help, which is the only place that explains them.
pub(crate) fn meanings() -> [(u8, Message); 8] {
    [
        (DONE, message!("exit-done")),
        (OTHER, message!("exit-other")),
        (REFUSED_HERE, message!("exit-refused-here")),
        (REFUSED, message!("exit-refused", code = codes::MODEL_NOT_FOUND)),
        (PREDICTION_FAILED, message!("exit-prediction-failed")),
        (DEADLINE, message!("exit-deadline")),
        (OUTCOME_UNKNOWN, message!("exit-outcome-unknown")),
        (INTERRUPTED, message!("exit-interrupted")),
    ]
}

/// The exit code of a kind of error; [`of_error`] knows more of one error.
pub(crate) fn of_kind(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Configuration
        | ErrorKind::File
        | ErrorKind::InvalidId
        | ErrorKind::InvalidRequest
        | ErrorKind::InvalidInput => REFUSED_HERE,
        ErrorKind::Api | ErrorKind::RateLimited => REFUSED,
        ErrorKind::PredictionFailed => PREDICTION_FAILED,
        ErrorKind::Deadline => DEADLINE,
        ErrorKind::OutcomeUnknown => OUTCOME_UNKNOWN,
        // NotSent, Interrupted (an answer about an existing prediction that did not come),
        // UnexpectedResponse, Output, and what later versions add.
        _ => OTHER,
    }
}

/// The exit code of an error of the SDK's.
pub(crate) fn of_error(error: &Error) -> u8 {
    match error {
        Error::Api(refusal) if !matches!(refusal.status, 300..500 | 503) => OTHER,
        error => of_kind(error.kind()),
    }
}
