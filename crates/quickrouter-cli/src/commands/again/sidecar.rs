//! Reads inputs that anybody may have written into a picture.

use serde_json::{Map, Value};

use crate::text::exact_number;
use crate::text::message::{Message, message};

/// Reads the input in a picture's text chunk.
///
/// # Errors
/// It is not the JSON of an input.
pub(super) fn input_of_text(text: &str) -> Result<Map<String, Value>, Message> {
    if let Some(number) = exact_number::rounded(text) {
        return Err(message!("again-inexact", number = number));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(input)) => Ok(input),
        Ok(_) => Err(message!("again-no-input")),
        Err(error) => Err(message!("again-sidecar-damaged", why = error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;

    use super::input_of_text;

    #[test]
    fn nesting_is_limited() {
        let deep = format!("{{\"a\": {}1{}}}", "[".repeat(500), "]".repeat(500));
        assert!(input_of_text(&deep).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_an_input_or_not(text in ".*") {
            let _ = input_of_text(&text);
        }
    }
}
