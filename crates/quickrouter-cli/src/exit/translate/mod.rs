//! The SDK's errors as messages: by their variants and codes, never by their English words.

mod outcome;
mod request;
#[cfg(test)]
mod tests;

use quickrouter::error::Detail;
use quickrouter::{Error, PredictionId};

use crate::text::detail;
use crate::text::message::{Message, message};

/// An error in messages: what happened, further facts, and what to do next.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) message: Message,
    pub(super) details: Vec<Message>,
    pub(super) hints: Vec<Message>,
}

impl Words {
    fn new(message: Message) -> Self {
        Self { message, details: Vec::new(), hints: Vec::new() }
    }

    fn with(mut self, detail: impl IntoIterator<Item = Message>) -> Self {
        self.details.extend(detail);
        self
    }

    fn hint(mut self, hint: impl IntoIterator<Item = Message>) -> Self {
        self.hints.extend(hint);
        self
    }

    /// The prediction that it is about, if the message does not name it.
    fn of(self, id: Option<&PredictionId>) -> Self {
        self.with(id.map(|id| message!("of-prediction", id = id.as_str())))
    }

    /// What the gateway's support asks for.
    fn by(self, request_id: Option<&str>) -> Self {
        self.with(request_id.map(|id| message!("sdk-request-id", id = id)))
    }

    /// An error that ended a wait.
    fn runs_on(self, may_still_run: bool) -> Self {
        self.with(may_still_run.then(|| message!("sdk-runs-on")))
    }
}

/// An error in messages. What this version of the command does not know keeps its English words.
pub(super) fn words(error: &Error) -> Words {
    match error {
        Error::Configuration(reason) | Error::InvalidRequest(reason) => alone(reason),
        Error::File(error) => request::file(error),
        Error::InvalidId(invalid) => request::invalid_id(invalid),
        Error::InvalidInput { model, violations, .. } => request::invalid_input(model, violations),
        Error::NotSent {
            operation, prediction_id, cause, network_error, may_still_run, ..
        } => Words::new(message!(
            "sdk-not-sent",
            operation = *operation,
            cause = detail::message(cause)
        ))
        .of(prediction_id.as_ref())
        .runs_on(*may_still_run)
        .hint(network_error.is_some().then(|| message!("sdk-check-network")))
        .hint(detail::hints(cause)),
        Error::RateLimited { operation, prediction_id, cause, .. } => {
            let cause = detail::message(cause);
            Words::new(message!("sdk-not-sent", operation = *operation, cause = cause))
                .of(prediction_id.as_ref())
                .hint([message!("sdk-fewer-requests")])
        }
        Error::Api(refusal) => request::api(refusal),
        Error::OutcomeUnknown(unknown) => outcome::unknown(unknown),
        Error::PredictionFailed(prediction) => outcome::ended(prediction),
        Error::Deadline(passed) => outcome::deadline(passed),
        Error::Interrupted { operation, prediction_id, cause, may_still_run, .. } => {
            let message = detail::message(cause);
            Words::new(message!("sdk-no-response", operation = *operation, cause = message))
                .of(prediction_id.as_ref())
                .runs_on(*may_still_run)
                .hint(detail::hints(cause))
                .hint([message!("sdk-try-again")])
        }
        Error::UnexpectedResponse(response) => request::unexpected(response),
        Error::Output(output) => outcome::output(output),
        other => Words::new(Message::verbatim(other.to_string())),
    }
}

/// An error that is one fact.
fn alone(reason: &Detail) -> Words {
    Words::new(detail::message(reason)).hint(detail::hints(reason))
}
