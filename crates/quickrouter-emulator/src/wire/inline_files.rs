//! Inline files: `data:` URLs in an input.

use crate::model::rng::Rng;
use serde_json::Value;

/// Inline files longer than this are shortened.
const INLINE: usize = 256;
/// The scheme of inline files, in letters of any case.
const SCHEME: &str = "data:";

fn is_inline(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// Replaces inline files by a fingerprint, so that pictures and the page do not carry them along.
pub(crate) fn shorten_inline_files(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > INLINE && is_inline(text) => {
            let print = Rng::from_bytes(text.as_bytes()).alphanumeric(16);
            let head = text.split(',').next().unwrap_or(SCHEME);
            let head: String = head.chars().take(INLINE).collect();
            *text = format!("{head},... ({} bytes, {print})", text.len());
        }
        Value::Array(items) => items.iter_mut().for_each(shorten_inline_files),
        Value::Object(items) => items.values_mut().for_each(shorten_inline_files),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_inline_files_are_shortened_however_their_scheme_is_written() {
        for scheme in ["data:", "Data:", "DATA:"] {
            let mut input =
                json!({"images": [format!("{scheme}image/png;base64,{}", "A".repeat(300))]});
            shorten_inline_files(&mut input);
            let told = input["images"][0].as_str().expect("a text");
            assert!(told.starts_with(&format!("{scheme}image/png;base64,... (")), "{told}");
        }
        let mut other = json!("é".repeat(300));
        shorten_inline_files(&mut other);
        assert_eq!(other, "é".repeat(300));
    }
}
