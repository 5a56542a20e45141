//! Outputs of every shape, flattened into a list.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::Value;
use url::Url;

/// One output of a prediction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Output {
    /// An http or https URL of a file, which is deleted
    /// [after a while](crate::limits::RESULT_RETENTION_SECONDS).
    Url(String),
    /// A file that came with the answer.
    Data {
        /// Its media type as told, `image/png`; empty where none was.
        media_type: String,
        /// Its content.
        bytes: Bytes,
    },
    /// Text.
    Text(String),
    /// A number, a truth value: whatever has no better form.
    Json(Value),
}

/// Flattens what `output` (or the OpenAI-shaped `data`) holds, in the order it is written in.
pub(crate) fn read(value: Option<&Value>) -> Vec<Output> {
    let mut found = Vec::new();
    if let Some(value) = value {
        collect(value, &mut found);
    }
    found
}

/// The outputs of the OpenAI-shaped answer: of each item the image, and not what is told about it.
pub(crate) fn read_images(data: &Value) -> Vec<Output> {
    let mut found = Vec::new();
    for item in data.as_array().into_iter().flatten() {
        match (item.get("b64_json").and_then(Value::as_str), item.get("url")) {
            (Some(text), _) => found.push(from_base64(text)),
            (None, Some(url)) => collect(url, &mut found),
            (None, None) => collect(item, &mut found),
        }
    }
    found
}

fn collect(value: &Value, found: &mut Vec<Output>) {
    match value {
        Value::Null => {}
        Value::String(text) => found.push(from_text(text)),
        Value::Array(list) => list.iter().for_each(|item| collect(item, found)),
        Value::Object(map) => map.values().for_each(|item| collect(item, found)),
        other => found.push(Output::Json(other.clone())),
    }
}

fn from_text(text: &str) -> Output {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Output::Url(text.to_owned()),
        Ok(url) if url.scheme() == "data" => from_data_uri(text.trim()),
        _ => Output::Text(text.to_owned()),
    }
}

/// Forgiving about padding, as encoders are careless with it.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `data:MEDIA;base64,...` or `data:MEDIA,percent-encoded`; kept as text if it is neither.
fn from_data_uri(text: &str) -> Output {
    let read = || {
        let (head, body) = text.get("data:".len()..)?.split_once(',')?;
        let base64 = head.strip_suffix(";base64");
        let bytes = match base64 {
            Some(_) => decoded(&percent_decoded(body))?,
            None => percent_decoded(body),
        };
        let media_type = base64.unwrap_or(head).split(';').next().unwrap_or_default();
        Some(Output::Data { media_type: media_type.to_ascii_lowercase(), bytes: bytes.into() })
    };
    read().unwrap_or_else(|| Output::Text(text.to_owned()))
}

fn from_base64(text: &str) -> Output {
    match decoded(text.as_bytes()) {
        Some(bytes) => Output::Data { media_type: String::new(), bytes: bytes.into() },
        None => Output::Text(text.to_owned()),
    }
}

/// Base64 with any white space in it.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let dense: Vec<u8> = text.iter().copied().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(dense).ok()
}

fn percent_decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}
