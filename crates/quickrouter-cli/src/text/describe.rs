//! What the contract says about an input, in the reader's language.

use std::fmt::Write;

use serde_json::Value;

use crate::text::lang::Lang;
use crate::text::message::{Message, message};

/// The contract's description of an input.
pub(crate) fn description(schema: &Value, lang: Lang) -> &str {
    let english = schema["description"].as_str().unwrap_or_default();
    lang.of(english, schema["x-description-zh"].as_str().unwrap_or(english))
}

/// The type of an input as JSON Schema names it, or `uri`.
pub(crate) fn type_name(schema: &Value) -> &str {
    if is_uri(schema) { "uri" } else { schema_type(schema) }
}

/// The JSON Schema type of an input: string, integer, number or boolean.
pub(crate) fn schema_type(schema: &Value) -> &str {
    schema["type"].as_str().unwrap_or_default()
}

/// Whether the input is a file: a URL, or the content itself.
pub(crate) fn is_uri(schema: &Value) -> bool {
    schema["format"] == "uri"
}

/// Everything else in the schema, one fact each: required, range, values, default.
fn facts(schema: &Value, required: bool) -> Vec<Message> {
    let mut facts = Vec::new();
    if required {
        facts.push(message!("fact-required"));
    }
    facts.extend(range(schema));
    facts.extend(schema.as_object().into_iter().flatten().filter_map(|(key, value)| {
        let fact = match key.as_str() {
            "multipleOf" => message!("fact-multiple", step = value.to_string()),
            "enum" => message!("fact-values", values = list(value)),
            "minimum" | "maximum" | "allOf" | "default" | "type" | "title" | "description" => {
                return None;
            }
            "format" if is_uri(schema) => return None,
            extension if extension.starts_with("x-") => return None,
            // A keyword of JSON Schema, as it is written.
            other => Message::verbatim(format!("{other}: {}", plain(value))),
        };
        Some(fact)
    }));
    facts.extend(default(schema));
    facts
}

/// The facts to append to a text: ` [1 to 4] [default: 1]`.
pub(crate) fn bracketed(schema: &Value, required: bool, lang: Lang) -> String {
    let facts = facts(schema, required);
    facts.iter().fold(String::new(), |text, fact| text + " [" + &fact.to_text(lang) + "]")
}

fn range(schema: &Value) -> Option<Message> {
    // A limit that the model's own schema lacks is in a schema beside it.
    let limit = |name: &str| {
        let limit = schema.get(name).or_else(|| schema["allOf"].get(0)?.get(name));
        limit.map(Value::to_string)
    };
    match (limit("minimum"), limit("maximum")) {
        (Some(least), Some(most)) => Some(message!("fact-range", least = least, most = most)),
        (Some(least), None) => Some(message!("fact-at-least", least = least)),
        (None, Some(most)) => Some(message!("fact-at-most", most = most)),
        (None, None) => None,
    }
}

fn default(schema: &Value) -> Option<Message> {
    let value = plain(schema.get("default")?);
    // What is left out is not sent: the model always applies its default itself.
    Some(match schema["x-default-shown-only"].as_bool() {
        Some(true) => message!("fact-model-default", value = value),
        _ => message!("fact-default", value = value),
    })
}

fn list(values: &Value) -> String {
    let mut text = String::new();
    for value in values.as_array().into_iter().flatten() {
        let comma = if text.is_empty() { "" } else { ", " };
        let _ = write!(text, "{comma}{}", plain(value));
    }
    text
}

/// A value as one would type it: strings are bare unless they are empty.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::text::lang::Lang;

    #[test]
    fn a_keyword_without_words_of_its_own_is_shown_as_it_is() {
        let facts = |schema: &Value, required, lang| -> Vec<String> {
            super::facts(schema, required).iter().map(|fact| fact.to_text(lang)).collect()
        };
        let schema =
            json!({"type": "string", "maxLength": 5, "x-description-zh": "", "default": ""});
        assert_eq!(
            facts(&schema, true, Lang::English),
            ["required", "maxLength: 5", "default: \"\""]
        );
        let schema = json!({"type": "integer", "minimum": 8, "multipleOf": 8});
        assert_eq!(facts(&schema, false, Lang::Chinese), ["不小于 8", "8 的倍数"]);
    }
}
