//! Reads one property of an input schema: its type, limits and default.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::strict::{object, only, string, strings};

const PROPERTY: &[&str] = &[
    "type",
    "title",
    "format",
    "description",
    "x-description-zh",
    "default",
    "x-default-shown-only",
    "x-default-from",
    "x-accepts",
    "x-range",
    "minimum",
    "maximum",
    "multipleOf",
    "enum",
    "allOf",
    "example",
];

/// Reads a property and inlines its shared enum.
pub(crate) fn read(document: &Value, property: &Value) -> Result<Value> {
    let written = object(property, "the property")?;
    only(written, PROPERTY, "the property")?;
    string(written, "description", "the property")?;
    string(written, "x-description-zh", "the property")?;
    let mut property = written.clone();
    if let Some(parts) = property.shift_remove("allOf") {
        let name = shared_name(&parts)?;
        let shared = document.pointer(&format!("/components/schemas/{name}"));
        let shared = object(shared.unwrap_or(&Value::Null), name)?;
        only(shared, &["type", "enum", "description", "x-description-zh"], name)?;
        property.insert("type".to_owned(), json!(string(shared, "type", name)?));
        property.insert("enum".to_owned(), json!(strings(shared, "enum", name)?));
    }
    limits_fit(&property)?;
    if let Some(written) = property.shift_remove("x-range") {
        let range = range(&written, &string(&property, "type", "the property")?)?;
        property.insert("allOf".to_owned(), json!([range]));
    }
    Ok(Value::Object(property))
}

/// `x-default-from` names an input that has the same values and a default of its own.
pub(crate) fn follows(property: &Value, properties: &Map<String, Value>) -> Result<()> {
    let Some(written) = property.get("x-default-from") else { return Ok(()) };
    let followed = written.as_str().and_then(|name| properties.get(name));
    let followed =
        followed.with_context(|| format!("x-default-from: {written} is not a property"))?;
    ensure!(property.get("default").is_none(), "default and x-default-from are mutually exclusive");
    ensure!(followed.get("default").is_some(), "x-default-from: {written} has no default");
    let same = ["type", "enum", "format"].iter().all(|key| property.get(key) == followed.get(key));
    ensure!(same, "x-default-from: {written} is of another type");
    Ok(())
}

/// The name of the schema in `allOf: [{$ref: ...}]`.
pub(crate) fn shared_name(parts: &Value) -> Result<&str> {
    let reference = match parts.as_array().map(Vec::as_slice) {
        Some([one]) => one.get("$ref").and_then(Value::as_str),
        _ => None,
    };
    let reference = reference.context("allOf must have exactly one $ref")?;
    let name = reference.strip_prefix("#/components/schemas/");
    name.with_context(|| format!("{reference} does not point into components.schemas"))
}

/// Limits from outside the model's own schema, as a subschema that every validator applies.
fn range(range: &Value, kind: &str) -> Result<Value> {
    let range = object(range, "x-range")?;
    only(range, &["minimum", "maximum", "source"], "x-range")?;
    let source = string(range, "source", "x-range")?;
    let mut limits = Map::new();
    for limit in ["minimum", "maximum"] {
        let Some(value) = range.get(limit) else { continue };
        let fits = matches!(kind, "integer" | "number") && value.is_number();
        ensure!(fits, "x-range: {limit}: {value} does not fit type {kind}");
        limits.insert(limit.to_owned(), value.clone());
    }
    ensure!(!limits.is_empty(), "x-range has no limit");
    limits.insert("$comment".to_owned(), json!(source));
    Ok(Value::Object(limits))
}

/// Checks that each limit fits the property's type and that the default is within the limits.
fn limits_fit(property: &Map<String, Value>) -> Result<()> {
    let kind = string(property, "type", "the property")?;
    let number = matches!(kind.as_str(), "integer" | "number");
    ensure!(number || matches!(kind.as_str(), "string" | "boolean"), "type {kind} is unknown");
    for limit in ["minimum", "maximum", "multipleOf"] {
        let Some(value) = property.get(limit) else { continue };
        ensure!(number && value.is_number(), "{limit}: {value} does not fit type {kind}");
    }
    if property.contains_key("enum") {
        ensure!(kind == "string", "enum does not fit type {kind}");
        strings(property, "enum", "the property")?;
    }
    if let Some(format) = property.get("format") {
        ensure!(kind == "string" && format == "uri", "format {format} is unknown");
    }
    if let Some(accepted) = property.get("x-accepts") {
        ensure!(property.contains_key("format"), "x-accepts needs an input that takes a URI");
        let known = matches!(accepted.as_str(), Some("image" | "video" | "audio"));
        ensure!(known, "x-accepts: {accepted} is neither image, video nor audio");
    }
    let Some(default) = property.get("default") else { return Ok(()) };
    let fits = match kind.as_str() {
        "integer" => default.is_i64() && within(property, default),
        "number" => default.is_number() && within(property, default),
        "boolean" => default.is_boolean(),
        _ => {
            let known = property.get("enum").and_then(Value::as_array);
            default.is_string() && known.is_none_or(|known| known.contains(default))
        }
    };
    ensure!(fits, "the default {default} is outside the property's own limits");
    Ok(())
}

fn within(property: &Map<String, Value>, default: &Value) -> bool {
    let of = |key: &str| property.get(key).and_then(Value::as_f64);
    let value = default.as_f64().unwrap_or(f64::NAN);
    of("minimum").is_none_or(|least| value >= least)
        && of("maximum").is_none_or(|most| value <= most)
        && of("multipleOf").is_none_or(|step| value % step == 0.0)
}
