//! The findings of the local check: violations, which reject an input, and warnings.

use std::fmt;

use serde_json::Value;

use crate::detail::Detail;

/// A violation of the contract by an input.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Violation {
    /// The input's name.
    pub field: String,
    /// The value given; `None` if it is missing.
    pub value: Option<Value>,
    /// The limit violated and what to do, phrased to follow the value.
    pub limit: Detail,
}

impl Violation {
    /// Returns the value as messages show it: as JSON, a long one shortened.
    pub fn shown_value(&self) -> Option<String> {
        self.value.as_ref().map(shortened)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.field)?;
        if let Some(value) = self.shown_value() {
            write!(f, "{value} ")?;
        }
        write!(f, "{}", self.limit)
    }
}

/// A part of an input that the model ignores, cannot reach, or is likely to fail on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// The input's name.
    pub field: String,
    /// What happens and what to do, in English.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Most messages already name the input.
        if self.message.contains(&self.field) {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Formats a value for a message, truncating long ones.
fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}... ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}
