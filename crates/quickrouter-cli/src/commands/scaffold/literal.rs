//! JSON values as literals of programming languages.
//!
//! The values come from a gateway: whatever could end a literal or reorder what a reader sees is escaped.

use std::fmt::Write;

use quickrouter::text::one_line;
use serde_json::{Number, Value};

use crate::args::scaffold::Language;

/// The whole numbers that JavaScript holds exactly (ECMA-262, `Number.MAX_SAFE_INTEGER`).
const SAFE_INTEGER: u64 = 9_007_199_254_740_991;

/// A value as a literal, indented by `indent` spaces.
pub(super) fn literal(value: &Value, language: Language, indent: usize) -> String {
    let mut text = String::new();
    write(value, language, indent, &mut text);
    text
}

/// A string as a literal.
pub(super) fn string(text: &str, language: Language) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            // Control characters, and those that reorder text: all in the basic plane.
            c if one_line(c.encode_utf8(&mut [0; 4])).starts_with('\u{fffd}')
                && c != '\u{fffd}' =>
            {
                let _ = match language {
                    Language::Rust => write!(literal, "\\u{{{:x}}}", u32::from(c)),
                    _ => write!(literal, "\\u{:04x}", u32::from(c)),
                };
            }
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

fn write(value: &Value, language: Language, indent: usize, text: &mut String) {
    let inner = indent + 4;
    let mut lines = |open: char, close: char, items: Vec<String>| {
        text.push(open);
        for (at, item) in items.iter().enumerate() {
            let _ = write!(text, "\n{:inner$}{item}", "");
            // JSON has no comma after the last item.
            if language != Language::Curl || at + 1 < items.len() {
                text.push(',');
            }
        }
        if !items.is_empty() {
            let _ = write!(text, "\n{:indent$}", "");
        }
        text.push(close);
    };
    match value {
        Value::Object(entries) => {
            let entry = |(name, value): (&String, &Value)| {
                format!("{}: {}", key(name, language), literal(value, language, inner))
            };
            lines('{', '}', entries.iter().map(entry).collect());
        }
        Value::Array(items) => {
            lines('[', ']', items.iter().map(|item| literal(item, language, inner)).collect());
        }
        Value::String(string_value) => text.push_str(&string(string_value, language)),
        Value::Bool(true) if language == Language::Python => text.push_str("True"),
        Value::Bool(false) if language == Language::Python => text.push_str("False"),
        Value::Null if language == Language::Python => text.push_str("None"),
        Value::Number(number) if language == Language::Rust => text.push_str(&of_rust(number)),
        other => text.push_str(&other.to_string()),
    }
}

/// A number that is no `i32`, Rust's type for a literal that says nothing else, names its type.
fn of_rust(number: &Number) -> String {
    match (number.as_i64(), number.as_u64()) {
        (Some(small), _) if i32::try_from(small).is_ok() => small.to_string(),
        (Some(whole), _) => format!("{whole}_i64"),
        (None, Some(whole)) => format!("{whole}_u64"),
        (None, None) => number.to_string(),
    }
}

fn key(name: &str, language: Language) -> String {
    let name = string(name, language);
    // It would set the object's prototype (ECMA-262, B.3.1).
    if language == Language::Javascript && name == "\"__proto__\"" {
        return format!("[{name}]");
    }
    name
}

/// How many values there are in it, itself among them.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(count).sum::<usize>(),
        Value::Object(entries) => 1 + entries.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Whether JavaScript would round a number in the value.
pub(super) fn is_rounded_by_javascript(value: &Value) -> bool {
    match value {
        Value::Number(number) => {
            let safe = |whole: u64| whole <= SAFE_INTEGER;
            number.as_u64().is_some_and(|whole| !safe(whole))
                || number.as_i64().is_some_and(|whole| !safe(whole.unsigned_abs()))
        }
        Value::Array(items) => items.iter().any(is_rounded_by_javascript),
        Value::Object(entries) => entries.values().any(is_rounded_by_javascript),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{is_rounded_by_javascript, literal, string};
    use crate::args::scaffold::Language::{Curl, Javascript, Python, Rust};

    #[test]
    fn no_text_ends_its_literal_or_reorders_what_is_read() {
        let text = "\"'''\\\n\u{1b}\u{202e}${x}`画";
        assert_eq!(string(text, Python), r#""\"'''\\\n\u001b\u202e${x}`画""#);
        assert_eq!(string(text, Javascript), r#""\"'''\\\n\u001b\u202e${x}`画""#);
        assert_eq!(string(text, Rust), r#""\"'''\\\n\u{1b}\u{202e}${x}`画""#);
        assert_eq!(serde_json::from_str::<String>(&string(text, Curl)).unwrap(), text);
    }

    #[test]
    fn values_are_written_as_each_language_writes_them() {
        let value = json!({"a": [true, null], "__proto__": {}, "n": 0.5});
        assert_eq!(
            literal(&value, Python, 0),
            "{\n    \"a\": [\n        True,\n        None,\n    ],\n    \"__proto__\": {},\n    \"n\": 0.5,\n}"
        );
        assert!(literal(&value, Javascript, 0).contains("[\"__proto__\"]: {}"));
        let large = json!([2_147_483_648_u64, u64::MAX, -1, 0.5]);
        assert_eq!(
            literal(&large, Rust, 0),
            "[\n    2147483648_i64,\n    18446744073709551615_u64,\n    -1,\n    0.5,\n]"
        );
        let alike = json!([value, value, {"a": 1, "b": 1}, ["x", "y", "x"]]);
        let json: serde_json::Value = serde_json::from_str(&literal(&alike, Curl, 0)).unwrap();
        assert_eq!(json, alike);
    }

    #[test]
    fn seeds_that_javascript_would_round_are_noticed() {
        assert!(is_rounded_by_javascript(&json!({"a": [9_007_199_254_740_993_u64]})));
        assert!(is_rounded_by_javascript(&json!(-9_007_199_254_740_993_i64)));
        assert!(!is_rounded_by_javascript(&json!({"a": 9_007_199_254_740_991_u64, "b": 1e300})));
    }
}
