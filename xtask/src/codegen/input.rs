//! Reads a model's input schema: every key is checked, and shared enums are inlined.

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::property;
use super::rules::{self, Rule};
use super::steps;
use super::strict::{object, only, string, strings};

/// One model: an input schema with `x-model`.
pub(crate) struct Model {
    /// The input schema's name, `SdxlInput`.
    pub(crate) input: String,
    /// The name of the type of its effective input, `SdxlEffective`.
    pub(crate) effective: String,
    pub(crate) name: String,
    pub(crate) version: Option<String>,
    pub(crate) older_versions: Vec<String>,
    pub(crate) output: Value,
    pub(crate) media: String,
    pub(crate) description: String,
    pub(crate) description_zh: String,
    /// The input schema without references.
    pub(crate) schema: Value,
    pub(crate) rules: Vec<Rule>,
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
    "x-log",
    "x-steps",
    "x-second-pass",
    "x-outputs",
    "example",
];
const MODEL: &[&str] = &["name", "version", "older-versions", "output", "media"];

/// Reads one input schema with `x-model`.
pub(crate) fn read(document: &Value, input: &str, schema: &Map<String, Value>) -> Result<Model> {
    only(schema, INPUT, "the schema")?;
    let stem = input.strip_suffix("Input").context("the name of an input schema ends in Input")?;
    let effective = format!("{stem}Effective");
    let taken = document["components"]["schemas"].get(&effective).is_some();
    ensure!(!taken, "{effective} is the name of a generated type and of a schema");
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
    let resolved = properties_of(document, properties)?;
    let required = match schema.get("required") {
        Some(_) => strings(schema, "required", "the schema")?,
        None => Vec::new(),
    };
    for field in &required {
        ensure!(resolved.contains_key(field), "required names {field}, which is not a property");
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
        effective,
        version: match model.get("version") {
            Some(_) => Some(version(&string(model, "version", "x-model")?)?),
            None => None,
        },
        older_versions: older_versions(model)?,
        output: output(model.get("output").unwrap_or(&Value::Null))?,
        media: string(model, "media", "x-model")?,
        rules: rules::read(schema.get("x-rules"), &resolved)?,
        schema: Value::Object(data),
        name,
        description,
        description_zh,
    })
}

/// Every property, without references.
fn properties_of(document: &Value, properties: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut resolved = Map::new();
    for (field, property) in properties {
        let property = property::read(document, property).with_context(|| field.clone())?;
        let limited = ["minimum", "maximum"].iter().any(|limit| property.get(limit).is_some());
        ensure!(field != "seed" || !limited, "the limits of a seed go into x-range, with a source");
        resolved.insert(field.clone(), property);
    }
    for (field, property) in &resolved {
        property::follows(property, &resolved).with_context(|| field.clone())?;
    }
    Ok(resolved)
}

fn older_versions(model: &Map<String, Value>) -> Result<Vec<String>> {
    if !model.contains_key("older-versions") {
        return Ok(Vec::new());
    }
    ensure!(model.contains_key("version"), "x-model: older-versions without version");
    let all = strings(model, "older-versions", "x-model")?;
    all.iter().map(|text| version(text)).collect()
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
