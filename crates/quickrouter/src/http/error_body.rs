//! Decoding error bodies: Replicate's format, the gateway's, HTML, or none.

use serde_json::Value;

use crate::model::error_message::{ErrorMessage, words};
use crate::text::printable::excerpt;

/// Decodes an error body of any format.
pub(crate) fn read(body: &[u8]) -> ErrorMessage {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return ErrorMessage {
            message: html_title(body).unwrap_or_else(|| excerpt(body)),
            code: String::new(),
        };
    };
    if let Some(error) = json.get("error") {
        return ErrorMessage::of(error);
    }
    let (title, detail) = (json.get("title"), json.get("detail"));
    if title.is_none() && detail.is_none() {
        return ErrorMessage { message: excerpt(body), code: String::new() };
    }
    let parts = [title.map(words), detail.map(details)];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    ErrorMessage { message: parts.join(": "), code: String::new() }
}

/// `detail` is a string, or a list of `{loc, msg, type}`.
fn details(detail: &Value) -> String {
    let Some(list) = detail.as_array() else { return words(detail) };
    let one = |item: &Value| {
        let place = item.get("loc").and_then(Value::as_array).map(|loc| {
            let parts = loc.iter().map(words).filter(|part| part != "body");
            parts.collect::<Vec<_>>().join(".")
        });
        match (place, item.get("msg")) {
            (Some(place), Some(message)) => format!("{place}: {}", words(message)),
            (None, Some(message)) => words(message),
            _ => words(item),
        }
    };
    list.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn html_title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(format!("a page titled {:?}", text[start..end].trim()))
}
