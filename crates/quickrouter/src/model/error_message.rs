//! Message and code of an error, as a gateway or a model words it.

use serde_json::Value;

/// Message and code of an error.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ErrorMessage {
    pub(crate) message: String,
    pub(crate) code: String,
}

impl ErrorMessage {
    /// Message and code of an `error`: text, or an object with both.
    pub(crate) fn of(error: &Value) -> Self {
        let code = [error.get("code"), error.get("type")]
            .into_iter()
            .flatten()
            .map(words)
            // Gateways of this family write 0 where they have no code.
            .find(|code| !matches!(code.as_str(), "" | "0"));
        let message = error.get("message").map_or_else(|| words(error), words);
        Self { message, code: code.unwrap_or_default() }
    }

    /// `message (code)`, or what there is of both.
    pub(crate) fn in_words(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            (message, "") => message.to_owned(),
            ("", code) => code.to_owned(),
            (message, code) => format!("{message} ({code})"),
        }
    }
}

/// A value as text; empty for `null`.
pub(crate) fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}
