//! Outputs of every shape, flattened into a list.

use bytes::Bytes;
use serde_json::{Map, Value};
use url::Url;

use crate::media::decode;
use crate::media::extension;
use crate::model::envelope::{self, filled};
use crate::model::error_message::ErrorMessage;

/// One output of a prediction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// An http or https URL of a file, which is deleted
    /// [after a while](crate::catalog::limits::RESULT_RETENTION_SECONDS).
    Url(String),
    /// A file that came with the response.
    Data {
        /// Its media type as the response names it, `image/png`; empty where it names none.
        media_type: String,
        /// Its content, never empty.
        bytes: Bytes,
    },
    /// Text, or an address that is no http or https URL.
    Text(String),
    /// A number, a truth value: whatever has no better form.
    Json(Value),
    /// The gateway's report that this output failed.
    Failed {
        /// Why, in its own words; empty where it has none.
        message: String,
        /// Its code, such as `moderation_blocked`; empty where it has none.
        code: String,
    },
    /// A file that came with the response and cannot be decoded.
    Undecodable {
        /// Why, without any of the content.
        reason: String,
        /// The content as it stands in the response.
        content: String,
    },
}

/// Flattens what a prediction holds, in the order it is written in.
pub(crate) fn read(prediction: &Value) -> Vec<Output> {
    let mut found = Vec::new();
    if let Some(value) = envelope::outputs(prediction) {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<Output>) {
    match value {
        // Among pieces of a text, a line break is one.
        Value::String(text) if !text.is_empty() => found.push(from_text(text)),
        empty if envelope::is_empty(empty) => {}
        Value::Array(list) => list.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => from_object(map, found),
        other => found.push(Output::Json(other.clone())),
    }
}

/// An object is an image of the OpenAI shape (`url`, `b64_json` and words about it), an error in the
/// place of one, or anything with outputs inside.
fn from_object(map: &Map<String, Value>, found: &mut Vec<Output>) {
    let before = found.len();
    match (filled(map, "b64_json"), filled(map, "url")) {
        (Some(Value::String(text)), url) => match (from_base64(text), url) {
            (Output::Undecodable { .. }, Some(url)) => collect(url, found),
            (content, _) => found.push(content),
        },
        (_, Some(url)) => collect(url, found),
        _ => {
            let rest = map.iter().filter(|(key, _)| *key != "error");
            rest.for_each(|(_, item)| collect(item, found));
        }
    }
    let holds_a_file = found[before..].iter().any(Output::is_file);
    if holds_a_file {
        return;
    }
    let failure = match envelope::error(map) {
        Some(error) => {
            let ErrorMessage { message, code } = ErrorMessage::of(error);
            Some((message, code))
        }
        None => envelope::failure(map),
    };
    if let Some((message, code)) = failure {
        found.truncate(before);
        found.push(Output::Failed { message, code });
    }
}

impl Output {
    /// Whether it is a file, there or to be fetched.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self, Self::Url(_) | Self::Data { .. })
    }
}

fn from_text(text: &str) -> Output {
    let trimmed = text.trim();
    if decode::is_data_uri(trimmed) {
        return from_data_uri(trimmed);
    }
    if is_web_address(trimmed) {
        return Output::Url(trimmed.to_owned());
    }
    match decode::bare_media(trimmed) {
        Some(bytes) => Output::Data { media_type: String::new(), bytes: bytes.into() },
        None => Output::Text(text.to_owned()),
    }
}

/// A sentence may begin with an address; one with a space in it has to end like a file's.
fn is_web_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let whole = !text.contains(char::is_whitespace)
        || (!text.contains(['\n', '\r']) && extension::media_extension(url.path()).is_some());
    whole && matches!(url.scheme(), "http" | "https")
}

fn from_data_uri(text: &str) -> Output {
    match decode::output_uri(text) {
        Ok(decoded) => Output::Data { media_type: decoded.media_type, bytes: decoded.bytes.into() },
        Err(reason) => Output::Undecodable { reason: reason.to_owned(), content: text.to_owned() },
    }
}

/// What stands in a field that is called base64: that, a whole data URI, or an address.
fn from_base64(text: &str) -> Output {
    let trimmed = text.trim();
    if decode::is_data_uri(trimmed) {
        return from_data_uri(trimmed);
    }
    if is_web_address(trimmed) {
        return Output::Url(trimmed.to_owned());
    }
    match decode::base64(trimmed.as_bytes()) {
        Some(bytes) if !bytes.is_empty() => {
            Output::Data { media_type: String::new(), bytes: bytes.into() }
        }
        _ => {
            let reason = "it is base64 that cannot be decoded".to_owned();
            Output::Undecodable { reason, content: text.to_owned() }
        }
    }
}
