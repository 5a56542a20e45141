//! A response of a gateway's origin, told apart: JSON, or why it is none.

use quickrouter::RawResponse;
use quickrouter::catalog::routes::origin::failures::{ERROR, FALSE_FIELDS, MESSAGES, NOT_SERVED};
use quickrouter::text::one_line;
use serde_json::Value;

use crate::error::AccountError;
use crate::error::body_kind::BodyKind;
use crate::error::misread::Misread;

/// Most characters of a gateway's message in an error.
const MESSAGE_LIMIT: usize = 300;

/// The JSON of a response to `path`.
///
/// Gateways of the family report failures with HTTP 200 and `success: false` (new-api's
/// common/gin.go, `ApiError`), and relays before them with an `error` as the API itself does.
///
/// # Errors
/// [`AccountError::NotServed`], [`AccountError::Refused`] or [`AccountError::Unreadable`].
pub(crate) fn json(path: &str, response: &RawResponse) -> Result<Value, AccountError> {
    let (path, status) = (path.to_owned(), response.status());
    if NOT_SERVED.contains(&status) {
        return Err(AccountError::NotServed { path, status });
    }
    let text = response.text();
    let read = response.json();
    if !response.is_success() {
        let body = read.is_none().then(|| BodyKind::of(&text));
        let said = read.as_ref().and_then(message);
        let message = said.or(body.map(|body| body.to_string())).unwrap_or_default();
        return Err(AccountError::Refused { path, status, message: short(&message), body });
    }
    match read {
        Some(read) if is_failure(&read) => {
            let message = short(&message(&read).unwrap_or_default());
            Err(AccountError::Refused { path, status, message, body: None })
        }
        Some(read) => Ok(read),
        None => {
            let why = Misread::Body(BodyKind::of(&text));
            Err(AccountError::Unreadable { path, why })
        }
    }
}

/// The beginning of a text from outside, on one line, for a message.
pub(crate) fn short(text: &str) -> String {
    let mut short: String = one_line(text.trim()).chars().take(MESSAGE_LIMIT).collect();
    if text.trim().chars().nth(MESSAGE_LIMIT).is_some() {
        short.push_str("...");
    }
    short
}

/// Whether the JSON of a response tells of a failure, which HTTP 200 does not rule out: new-api's
/// common/gin.go, `ApiError`.
pub fn is_failure(json: &Value) -> bool {
    let is_false = |field: &&str| {
        json.pointer(field).is_some_and(|value| *value == false || *value == "false")
    };
    let has_error = json.pointer(ERROR).is_some_and(|error| !error.is_null() && *error != "");
    FALSE_FIELDS.iter().any(is_false) || has_error
}

/// The gateway's own words in a response.
pub(crate) fn message(json: &Value) -> Option<String> {
    let texts = MESSAGES.iter().filter_map(|place| json.pointer(place)?.as_str());
    texts.map(str::trim).find(|text| !text.is_empty()).map(str::to_owned)
}
