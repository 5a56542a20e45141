//! Outputs of any shape, flattened into a list.

use bytes::Bytes;
use serde_json::{Map, Value};
use url::Url;

use crate::detail::{Detail, detail};
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
    /// A file inside the response.
    Data {
        /// The media type declared by the response, `image/png`; empty if there is none.
        media_type: String,
        /// The content, never empty.
        bytes: Bytes,
    },
    /// Text, or an address that is not an http or https URL.
    Text(String),
    /// Any other JSON value, such as a number or a boolean.
    Json(Value),
    /// The gateway reports that this output failed.
    Failed {
        /// The gateway's message; empty if there is none.
        message: String,
        /// The code, such as `moderation_blocked`; empty if there is none.
        code: String,
    },
    /// A file inside the response that cannot be decoded.
    Undecodable {
        /// Why, without any of the content.
        reason: Detail,
        /// The content as received.
        content: String,
    },
}

/// Flattens the outputs of a prediction, in their order.
pub(crate) fn read(prediction: &Value) -> Vec<Output> {
    let mut found = Vec::new();
    if let Some(value) = envelope::outputs(prediction) {
        collect(value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut Vec<Output>) {
    match value {
        // A line break alone can be a piece of a text.
        Value::String(text) if !text.is_empty() => found.push(from_text(text)),
        empty if envelope::is_empty(empty) => {}
        Value::Array(list) => list.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => from_object(map, found),
        other => found.push(Output::Json(other.clone())),
    }
}

/// Reads an object: an OpenAI-shaped image (`url`, `b64_json` and text about it), an error instead of
/// one, or anything with outputs inside.
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
    /// Whether it is a file, inline or to be downloaded.
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

/// A sentence may begin with an address; one that contains a space must end with a file extension.
fn is_web_address(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let whole = !text.contains(char::is_whitespace)
        || (!text.contains(['\n', '\r']) && extension::media_extension(url.path()).is_some());
    whole && matches!(url.scheme(), "http" | "https")
}

fn from_data_uri(text: &str) -> Output {
    match decode::output_uri(text) {
        Ok(decoded) => Output::Data { media_type: decoded.media_type, bytes: decoded.bytes.into() },
        Err(reason) => Output::Undecodable { reason, content: text.to_owned() },
    }
}

/// Reads a field named base64, which may also contain a whole data URI or an address.
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
            let reason = detail!(Base64Invalid, "it is base64 that cannot be decoded");
            Output::Undecodable { reason, content: text.to_owned() }
        }
    }
}
