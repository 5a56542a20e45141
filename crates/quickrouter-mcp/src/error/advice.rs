//! What to do after an error of the SDK.

use quickrouter::Error;
use quickrouter::error::{DetailCode, OutputError};

/// After a prediction that failed.
pub(super) const FAILED: &str =
    "It may be billed. Read the message before another create, which costs again.";

/// What an agent should do after an error of a create. Only what is certain not to have been billed may be called
/// again with the same request id.
pub(super) fn advice(error: &Error) -> String {
    let next = match error {
        Error::InvalidInput { .. } | Error::InvalidRequest(_) => {
            "Nothing was created. Correct the input: describe_model has every limit."
        }
        Error::File(_) => "Nothing was created. Name another file.",
        Error::InvalidId(_) => "Name the id of a prediction.",
        Error::Configuration(_) => {
            "Nothing was created. A person has to correct the server's settings."
        }
        Error::OutcomeUnknown(_) => {
            "Do not create it again without asking a person: it may be billed already."
        }
        Error::PredictionFailed(_) => FAILED,
        Error::Output(output) if has_none(output) => FAILED,
        Error::Deadline(_) => "It may still run, and is billed. Ask wait_prediction.",
        Error::Output(_) => {
            "It is billed. Ask save_outputs soon: the gateway keeps outputs only for a while."
        }
        _ if error.may_be_billed() => "It may still run, and is billed. Ask wait_prediction.",
        _ if error.is_retryable() => "Nothing was billed. Call the tool again later.",
        _ => "Nothing was billed.",
    };
    next.to_owned()
}

/// Whether a prediction has no output, so that there is nothing to save.
fn has_none(output: &OutputError) -> bool {
    let mut codes = output.failed.iter().map(|failed| failed.reason.code());
    codes.all(|code| matches!(code, DetailCode::NoOutputs | DetailCode::NoOutputsBecause))
}

/// What an agent should do after an error of a call about a prediction, which exists and may be billed
/// whatever became of the call.
pub(super) fn advice_about(error: &Error) -> String {
    let next = match error {
        Error::PredictionFailed(_)
        | Error::Deadline(_)
        | Error::Output(_)
        | Error::InvalidId(_) => {
            return advice(error);
        }
        Error::File(_) | Error::Configuration(_) => {
            "The prediction is unchanged. A person has to see to the server's settings and its output \
             folder."
        }
        Error::Api(_) if error.http_status() == Some(404) => {
            "This call costs nothing; whether the prediction is billed is not known. Check the id: the \
             gateway has no prediction by it, or no longer."
        }
        _ if error.is_retryable() => {
            "This call costs nothing; whether the prediction is billed is not known. Ask \
             get_prediction later."
        }
        _ => {
            "This call costs nothing; whether the prediction is billed is not known. Ask \
             get_prediction once the cause is mended."
        }
    };
    next.to_owned()
}
