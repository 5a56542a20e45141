//! A value that a schema describes, for outputs that are JSON.

use serde_json::{Map, Value, json};

/// How deep a value goes: the emulator's own limit.
const MAX_DEPTH: usize = 16;

/// A value of the document's `Output`.
pub(crate) fn value(document: &Value, seed: &str) -> Value {
    let schema = &document["components"]["schemas"]["Output"];
    of(schema, document, seed, MAX_DEPTH)
}

fn of(schema: &Value, document: &Value, seed: &str, depth: usize) -> Value {
    if depth == 0 {
        return Value::Null;
    }
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.trim_start_matches('#');
        return document
            .pointer(pointer)
            .map_or(Value::Null, |to| of(to, document, seed, depth - 1));
    }
    if let Some(given) = schema.get("default").or_else(|| schema.get("example")) {
        return given.clone();
    }
    if let Some(first) =
        ["allOf", "anyOf", "oneOf", "enum"].iter().find_map(|key| schema[*key].get(0))
    {
        return if schema.get("enum").is_some() {
            first.clone()
        } else {
            of(first, document, seed, depth - 1)
        };
    }
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            let filled = properties
                .map(|(name, inner)| (name.clone(), of(inner, document, seed, depth - 1)));
            Value::Object(filled.collect::<Map<_, _>>())
        }
        Some("array") => json!([of(&schema["items"], document, seed, depth - 1)]),
        Some("integer") => json!(1),
        Some("number") => json!(0.5),
        Some("boolean") => json!(true),
        Some("string") => json!(format!("emulated ({seed})")),
        _ => Value::Null,
    }
}
