//! What to do after an error of the SDK.

use quickrouter::Error;
use quickrouter::error::ErrorKind;

/// After a prediction that failed.
pub(super) const FAILED: &str =
    "It may be billed. Read the message before another create, which costs again.";

/// What an agent should do after an error. Only what is certain not to have been billed may be called
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
        Error::Deadline(_) => "It may still run, and is billed. Ask wait_prediction.",
        Error::Output(_) if error.code().starts_with("no_outputs") => {
            "It has no files to save. It may be billed."
        }
        Error::Output(_) => {
            "It is billed. Ask save_outputs soon: outputs vanish about an hour after they are made."
        }
        _ if error.may_be_billed() => "It may still run, and is billed. Ask wait_prediction.",
        _ if error.is_retryable() => "Nothing was billed. Call the tool again later.",
        _ => "Nothing was billed.",
    };
    next.to_owned()
}

/// What an agent should do after an error of a request about a prediction that exists. That the request
/// costs nothing does not mean that the prediction does.
pub(super) fn about_prediction(error: &Error) -> String {
    let is_of_request = matches!(
        error.kind(),
        ErrorKind::NotSent
            | ErrorKind::RateLimited
            | ErrorKind::Api
            | ErrorKind::UnexpectedResponse
    );
    let next = match error.http_status() {
        _ if !is_of_request => return advice(error),
        Some(super::NOT_FOUND) => "Check the id: the gateway has no prediction by it.",
        _ if error.is_retryable() => {
            "Call the tool again later. The prediction may run on, and may be billed."
        }
        _ => "The prediction may run on, and may be billed.",
    };
    next.to_owned()
}
