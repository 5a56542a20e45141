//! The exit codes: their numbers, what they mean, and which error has which.

use quickrouter::Error;
use quickrouter::catalog::codes;

pub(crate) const DONE: u8 = 0;
pub(crate) const OTHER: u8 = 1;
pub(crate) const REFUSED_HERE: u8 = 2;
pub(crate) const REFUSED: u8 = 3;
pub(crate) const PREDICTION_FAILED: u8 = 4;
pub(crate) const DEADLINE: u8 = 5;
pub(crate) const OUTCOME_UNKNOWN: u8 = 6;
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit codes for the help, which is the only place that explains them.
pub(crate) fn table() -> String {
    let meanings = [
        (DONE, "success (`predictions get`: whatever the status; `serve`: when interrupted)".into()),
        (
            OTHER,
            "any other failure: the gateway could not be reached and nothing was sent; a file could\n\
             not be uploaded and nothing was created; the prediction succeeded but its outputs are\n\
             missing or gone; an output could not be downloaded (a web page instead of a picture\n\
             counts), decoded or written (`quickrouter predictions save ID` retries)"
                .into(),
        ),
        (
            REFUSED_HERE,
            "invalid arguments, settings or input, and nothing was sent; or a file changed during\n\
             its upload, and nothing was created"
                .into(),
        ),
        (
            REFUSED,
            format!(
                "the gateway refused the request (3xx, 4xx, 429 until the deadline, or 503\n\
                 {}), or its rate limits left no slot before the deadline",
                codes::MODEL_NOT_FOUND
            ),
        ),
        (
            PREDICTION_FAILED,
            "the prediction failed, was canceled or aborted, or all of its outputs are errors;\n\
             `generate` and `run` save the outputs it has"
                .into(),
        ),
        (
            DEADLINE,
            "the deadline passed; `generate` and `run` save what is there and request a cancel".into(),
        ),
        (
            OUTCOME_UNKNOWN,
            "a create was sent and its outcome is unknown: it may be running and billed (connection\n\
             reset, timeout, 5xx, unreadable response)"
                .into(),
        ),
        (
            INTERRUPTED,
            "interrupted by ctrl-C, SIGTERM or SIGHUP; `generate` and `run` request a cancel".to_owned(),
        ),
    ];
    meanings.iter().fold("Exit codes:".to_owned(), |table, (code, meaning)| {
        format!("{table}\n{code:>5}  {}", meaning.replace('\n', "\n       "))
    })
}

/// The exit code of an error of the SDK's.
pub(crate) fn of_error(error: &Error) -> u8 {
    match error {
        Error::Configuration(_)
        | Error::File(_)
        | Error::InvalidId(_)
        | Error::InvalidRequest(_)
        | Error::InvalidInput { .. } => REFUSED_HERE,
        Error::Api(refusal) => match refusal.status {
            300..500 | 503 => REFUSED,
            _ => OTHER,
        },
        Error::RateLimited { .. } => REFUSED,
        Error::PredictionFailed(_) => PREDICTION_FAILED,
        Error::Deadline(_) => DEADLINE,
        Error::OutcomeUnknown(_) => OUTCOME_UNKNOWN,
        // NotSent, Interrupted (an answer about an existing prediction that did not come),
        // UnexpectedResponse, Output, and what later versions add.
        _ => OTHER,
    }
}
