//! Message and code of an error from a gateway or a model.

use serde_json::Value;

/// Message and code of an error.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorMessage {
    pub(crate) message: String,
    pub(crate) code: String,
}

impl ErrorMessage {
    /// Reads an `error`: a string, or an object with message and code.
    pub(crate) fn of(error: &Value) -> Self {
        let code = [error.get("code"), error.get("type")]
            .into_iter()
            .flatten()
            .map(words)
            // Gateways of the new-api family write 0 for no code.
            .find(|code| !matches!(code.as_str(), "" | "0"));
        let message = error.get("message").map_or_else(|| words(error), words);
        Self { message, code: code.unwrap_or_default() }
    }

    /// Formats it as `message (code)`, or the one of both there is.
    pub(crate) fn in_words(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            (message, "") => message.to_owned(),
            ("", code) => code.to_owned(),
            (message, code) => format!("{message} ({code})"),
        }
    }
}

/// Returns a value as text; empty for `null`.
pub(crate) fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
