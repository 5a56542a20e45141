//! Schemas that OpenAPI writes in its own way, as JSON Schema:
//! <https://spec.openapis.org/oas/v3.0.3#schema-object>.

use serde_json::{Map, Value, json};

/// Rewrites `nullable`, and bounds that a flag makes exclusive. Both forms of a bound are taken in any
/// version: pydantic 1, which models of many years were built with, writes a number in documents of
/// OpenAPI 3.0, too (<https://github.com/pydantic/pydantic/issues/4108>).
pub(crate) fn rewrite(schema: &mut Value) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(rewrite),
        Value::Object(keys) => {
            keys.values_mut().for_each(rewrite);
            exclude(keys, "minimum", "exclusiveMinimum");
            exclude(keys, "maximum", "exclusiveMaximum");
            if keys.get("nullable") == Some(&Value::Bool(true)) {
                allow_null(keys);
            }
        }
        _ => {}
    }
}

/// Writes a bound with a flag as an exclusive bound.
fn exclude(keys: &mut Map<String, Value>, bound: &str, exclusive: &str) {
    let Some(flag) = keys.get(exclusive).and_then(Value::as_bool) else { return };
    keys.remove(exclusive);
    if let Some(limit) = keys.get(bound).filter(|_| flag).cloned() {
        keys.remove(bound);
        keys.insert(exclusive.to_owned(), limit);
    }
}

/// Adds null to what a schema allows.
fn allow_null(keys: &mut Map<String, Value>) {
    if let Some(kind) = keys.get_mut("type").filter(|kind| kind.is_string()) {
        *kind = json!([kind, "null"]);
        // "regardless of any other constraints": https://github.com/OAI/OpenAPI-Specification/issues/1900
        if let Some(Value::Array(options)) = keys.get_mut("enum") {
            options.push(Value::Null);
        }
    } else if ["$ref", "allOf", "anyOf", "oneOf"].iter().any(|key| keys.contains_key(*key)) {
        let own = std::mem::take(keys);
        keys.insert("anyOf".to_owned(), json!([own, {"type": "null"}]));
    }
}
