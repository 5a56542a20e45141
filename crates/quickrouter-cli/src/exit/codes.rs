//! The exit codes: their numbers, and which error has which.

use quickrouter::Error;

pub(crate) const DONE: u8 = 0;
pub(crate) const OTHER: u8 = 1;
pub(crate) const REFUSED_HERE: u8 = 2;
pub(crate) const REFUSED: u8 = 3;
pub(crate) const PREDICTION_FAILED: u8 = 4;
pub(crate) const DEADLINE: u8 = 5;
pub(crate) const OUTCOME_UNKNOWN: u8 = 6;
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit code of an error of the SDK's.
pub(crate) fn of_error(error: &Error) -> u8 {
    match error {
        Error::Configuration(_) | Error::InvalidId(_) | Error::InputRefused { .. } => REFUSED_HERE,
        Error::Refused(refusal) => match refusal.status {
            300..500 | 503 => REFUSED,
            _ => OTHER,
        },
        Error::Throttled { .. } => REFUSED,
        Error::PredictionFailed(_) => PREDICTION_FAILED,
        Error::Deadline(_) => DEADLINE,
        Error::OutcomeUnknown(_) => OUTCOME_UNKNOWN,
        // NotSent, Interrupted (an answer about an existing prediction that did not come),
        // NotUnderstood, Output, and what later versions add.
        _ => OTHER,
    }
}
