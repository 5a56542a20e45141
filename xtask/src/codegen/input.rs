//! A model's input schema and its rules, checked word by word and made self-contained.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value, json};

use super::steps;
use super::strict::{object, only, string, strings};

/// One model: an input schema with `x-model`.
pub(crate) struct Model {
    /// The input schema's name, `SdxlInput`.
    pub(crate) input: String,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) output: Value,
    pub(crate) media: String,
    pub(crate) description: String,
    pub(crate) description_zh: String,
    /// The input schema, self-contained.
    pub(crate) schema: Value,
    pub(crate) rules: Vec<Rule>,
}

/// A rule between inputs.
pub(crate) struct Rule {
    pub(crate) when: Value,
    pub(crate) field: String,
    pub(crate) effect: String,
    pub(crate) message: String,
    pub(crate) message_zh: String,
}

const INPUT: &[&str] = &[
    "type",
    "title",
    "description",
    "x-description-zh",
    "additionalProperties",
    "required",
    "properties",
    "x-model",
    "x-rules",
    "x-steps",
    "x-second-pass",
    "x-outputs",
    "example",
];
const MODEL: &[&str] = &["name", "version", "output", "media"];
const PROPERTY: &[&str] = &[
    "type",
    "title",
    "format",
    "description",
    "x-description-zh",
    "default",
    "x-default-shown-only",
    "x-accepts",
    "x-range",
    "minimum",
    "maximum",
    "multipleOf",
    "enum",
    "allOf",
    "example",
];

/// Reads one input schema with `x-model`.
pub(crate) fn read(document: &Value, input: &str, schema: &Map<String, Value>) -> Result<Model> {
    only(schema, INPUT, "the schema")?;
    ensure!(input.ends_with("Input"), "the name of an input schema ends in Input");
    ensure!(schema.get("type") == Some(&json!("object")), "type is not object");
    ensure!(
        schema.get("additionalProperties") == Some(&Value::Bool(false)),
        "additionalProperties is not false"
    );
    let model = object(&schema["x-model"], "x-model")?;
    only(model, MODEL, "x-model")?;
    let name = string(model, "name", "x-model")?;
    ensure!(
        name.split('/').filter(|part| !part.is_empty()).count() == 2,
        "x-model: name {name} is not owner/name"
    );
    let properties = object(schema.get("properties").unwrap_or(&Value::Null), "properties")?;
    let mut resolved = Map::new();
    for (field, property) in properties {
        let property = property_of(document, property).with_context(|| field.clone())?;
        let limited = ["minimum", "maximum"].iter().any(|limit| property.get(limit).is_some());
        ensure!(field != "seed" || !limited, "the limits of a seed go into x-range, with a source");
        resolved.insert(field.clone(), property);
    }
    let required = match schema.get("required") {
        Some(_) => strings(schema, "required", "the schema")?,
        None => Vec::new(),
    };
    for field in &required {
        ensure!(resolved.contains_key(field), "required names {field}, which is no property");
    }
    let description = string(schema, "description", "the schema")?;
    let description_zh = string(schema, "x-description-zh", "the schema")?;
    let mut data = Map::new();
    data.insert("title".to_owned(), json!(input));
    data.insert("description".to_owned(), json!(description));
    data.insert("type".to_owned(), json!("object"));
    data.insert("additionalProperties".to_owned(), json!(false));
    data.insert("required".to_owned(), json!(required));
    data.insert("properties".to_owned(), json!(resolved));
    data.extend(steps::read(schema, &resolved)?);
    Ok(Model {
        input: input.to_owned(),
        version: match model.get("version") {
            Some(_) => Some(version(&string(model, "version", "x-model")?)?),
            None => None,
        },
        output: output(model.get("output").unwrap_or(&Value::Null))?,
        media: string(model, "media", "x-model")?,
        rules: rules(schema.get("x-rules"), &resolved)?,
        schema: Value::Object(data),
        name,
        description,
        description_zh,
    })
}

fn version(text: &str) -> Result<String> {
    let fits = text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit());
    ensure!(fits, "x-model: version {text} is not 64 hexadecimal digits");
    Ok(text.to_owned())
}

fn output(schema: &Value) -> Result<Value> {
    let uri = json!({"type": "string", "format": "uri"});
    let list = json!({"type": "array", "items": uri});
    ensure!(
        *schema == uri || *schema == list,
        "x-model: output is neither a string with format uri nor a list of them"
    );
    Ok(schema.clone())
}

/// A property with its shared enum put in place of the reference.
fn property_of(document: &Value, property: &Value) -> Result<Value> {
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

/// The name of the schema in `allOf: [{$ref: ...}]`.
pub(crate) fn shared_name(parts: &Value) -> Result<&str> {
    let reference = match parts.as_array().map(Vec::as_slice) {
        Some([one]) => one.get("$ref").and_then(Value::as_str),
        _ => None,
    };
    let reference = reference.context("allOf is understood with one $ref only")?;
    let name = reference.strip_prefix("#/components/schemas/");
    name.with_context(|| format!("{reference} does not point into components.schemas"))
}

/// Limits that come from elsewhere than the model's own schema, as a schema of their own, so that
/// every validator keeps to them.
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

/// Each limit belongs to the property's type, and the default keeps to them.
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
        ensure!(property.contains_key("format"), "x-accepts does not fit an input without a URI");
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
    ensure!(fits, "the default {default} does not keep to the property's own limits");
    Ok(())
}

fn within(property: &Map<String, Value>, default: &Value) -> bool {
    let of = |key: &str| property.get(key).and_then(Value::as_f64);
    let value = default.as_f64().unwrap_or(f64::NAN);
    of("minimum").is_none_or(|least| value >= least)
        && of("maximum").is_none_or(|most| value <= most)
        && of("multipleOf").is_none_or(|step| value % step == 0.0)
}

fn rules(list: Option<&Value>, properties: &Map<String, Value>) -> Result<Vec<Rule>> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.as_array().context("x-rules is not a list")?;
    list.iter()
        .enumerate()
        .map(|(index, rule)| {
            one_rule(rule, properties).with_context(|| format!("x-rules[{index}]"))
        })
        .collect()
}

fn one_rule(rule: &Value, properties: &Map<String, Value>) -> Result<Rule> {
    let rule = object(rule, "the rule")?;
    only(rule, &["when", "field", "effect", "message", "message-zh"], "the rule")?;
    let field = string(rule, "field", "the rule")?;
    ensure!(properties.contains_key(&field), "field {field} is no property");
    let effect = string(rule, "effect", "the rule")?;
    ensure!(
        matches!(effect.as_str(), "error" | "warning"),
        "effect {effect} is neither error nor warning"
    );
    let when = rule.get("when").context("when is missing")?;
    condition(when, properties)?;
    Ok(Rule {
        when: when.clone(),
        field,
        effect,
        message: string(rule, "message", "the rule")?,
        message_zh: string(rule, "message-zh", "the rule")?,
    })
}

/// A rule's limit on an input is one that the input's own schema can meet.
fn limit_fits(limit: &Map<String, Value>, property: &Value) -> Result<()> {
    for key in ["minimum", "maximum"] {
        let Some(value) = limit.get(key) else { continue };
        let number = matches!(property["type"].as_str(), Some("integer" | "number"));
        ensure!(number && value.is_number(), "when: {key}: {value} does not fit");
    }
    let Some(words) = limit.get("enum") else { return Ok(()) };
    let words = words.as_array().context("when: enum is not a list")?;
    let known = property["enum"].as_array().context("when: enum for an input without one")?;
    match words.iter().find(|word| !known.contains(word)) {
        Some(word) => bail!("when: {word} is not one of the input's values"),
        None => Ok(()),
    }
}

/// `when` uses the part of JSON Schema that the local check evaluates, over known properties.
fn condition(when: &Value, properties: &Map<String, Value>) -> Result<()> {
    let when = object(when, "when")?;
    only(when, &["required", "properties", "not", "allOf", "anyOf"], "when")?;
    for (key, part) in when {
        match key.as_str() {
            "required" => {
                for field in strings(when, "required", "when")? {
                    ensure!(properties.contains_key(&field), "when: {field} is no property");
                }
            }
            "properties" => {
                for (field, limit) in object(part, "when.properties")? {
                    ensure!(properties.contains_key(field), "when: {field} is no property");
                    let limit = object(limit, "when.properties")?;
                    only(limit, &["enum", "minimum", "maximum"], "when.properties")?;
                    limit_fits(limit, &properties[field]).with_context(|| field.clone())?;
                }
            }
            "not" => condition(part, properties)?,
            _ => match part.as_array() {
                Some(parts) => {
                    parts.iter().try_for_each(|part| condition(part, properties))?;
                }
                None => bail!("when: {key} is not a list"),
            },
        }
    }
    Ok(())
}
