//! What to do after an error of the SDK.

use quickrouter::Error;

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
        Error::Output(_) => {
            "It is billed. Ask save_outputs soon: the gateway keeps outputs only for a while."
        }
        _ if error.may_be_billed() => "It may still run, and is billed. Ask wait_prediction.",
        _ if error.is_retryable() => "Nothing was billed. Call the tool again later.",
        _ => "Nothing was billed.",
    };
    next.to_owned()
}
