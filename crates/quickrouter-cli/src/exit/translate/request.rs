//! Errors of requests, and of what they are made from.

use quickrouter::catalog::error_codes;
use quickrouter::error::{ApiError, FileError, InvalidId, UnexpectedResponse, Violation};
use quickrouter::text::{excerpt, printable};

use super::Words;
use crate::text::detail;
use crate::text::message::{Message, message};

pub(super) fn file(error: &FileError) -> Words {
    let (path, reason) = (error.path.display(), detail::message(&error.reason));
    Words::new(if error.is_folder {
        message!("sdk-folder", path = path, reason = reason)
    } else {
        message!("sdk-file", path = path, reason = reason)
    })
    .hint(detail::hints(&error.reason))
}

pub(super) fn invalid_id(invalid: &InvalidId) -> Words {
    let reason = detail::message(&invalid.reason);
    Words::new(message!("sdk-invalid-id", text = &invalid.text, reason = reason))
        .hint(detail::hints(&invalid.reason))
}

/// Every violation is a fact of its own; one alone stands in the message.
pub(super) fn invalid_input(model: &str, violations: &[Violation]) -> Words {
    let hints = violations.iter().flat_map(|violation| detail::hints(&violation.limit));
    match violations {
        [one] => {
            let violation = violated(one);
            Words::new(message!("sdk-invalid-input-one", model = model, violation = violation))
        }
        many => {
            Words::new(message!("sdk-invalid-input", model = model)).with(many.iter().map(violated))
        }
    }
    .hint(hints)
}

fn violated(violation: &Violation) -> Message {
    let (field, limit) = (&violation.field, detail::message(&violation.limit));
    match violation.shown_value() {
        Some(value) => message!("sdk-violation", field = field, value = value, limit = limit),
        None => message!("sdk-violation-without-value", field = field, limit = limit),
    }
}

pub(super) fn api(refusal: &ApiError) -> Words {
    let said = printable(&refusal.message);
    let said = said.trim_end_matches('.');
    // The gateway's own words stay as they are.
    let said = match (refusal.code.as_str(), said) {
        ("", said) => said.to_owned(),
        (code, "") => printable(code),
        (code, said) => format!("{}: {said}", printable(code)),
    };
    let status = refusal.status.to_string();
    let message = match said.as_str() {
        "" => message!("sdk-api", operation = refusal.operation, status = status),
        said => {
            message!("sdk-api-said", operation = refusal.operation, status = status, said = said)
        }
    };
    let known = error_codes().iter().find(|known| known.code == refusal.code);
    let meaning = known.map(|known| Message::of_contract(known.description, known.description_zh));
    // The gateway's own message often ends in the request id.
    let unmentioned = refusal.request_id.as_deref().filter(|id| !said.contains(id));
    Words::new(message)
        .with(meaning)
        .of(refusal.prediction_id.as_ref())
        .by(unmentioned)
        .runs_on(refusal.may_still_run)
        .hint(refusal.hint.as_ref().map(detail::message))
}

pub(super) fn unexpected(response: &UnexpectedResponse) -> Words {
    let reason = detail::message(&response.reason);
    let status = response.status.to_string();
    let body =
        (!response.body.is_empty()).then(|| message!("sdk-body", body = excerpt(&response.body)));
    Words::new(message!(
        "sdk-unexpected",
        operation = response.operation,
        status = status,
        reason = reason
    ))
    .with(body)
    .of(response.prediction_id.as_ref())
    .by(response.request_id.as_deref())
    .runs_on(response.may_still_run)
    .hint(detail::hints(&response.reason))
    .hint([message!("sdk-try-and-check")])
}
