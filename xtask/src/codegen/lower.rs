//! Lowers a copy of the contract to what progenitor accepts and should know.
//!
//! Removed are operations of methods that OpenAPI 3.0 does not know, operations with multipart bodies or responses other than JSON (progenitor rejects
//! them), error responses (decoding an HTML 502 would lose its status), response schemas (the SDK
//! decodes responses itself and keeps the raw JSON), defaults (they would always be sent) and limits
//! (progenitor enforces none; they only change integer types).

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::contract::Contract;
use super::describe;
use super::property::shared_name;
use super::strict::{object, object_at};

/// The lowered document.
pub(crate) fn lower(contract: &Contract) -> Result<Value> {
    let document = &contract.document;
    let mut paths = Map::new();
    for (path, item) in object_at(document, "/paths")? {
        let mut lowered = Map::new();
        for (method, operation) in object(item, path)? {
            let Some(operation) = operation.as_object().filter(|_| !method.starts_with("x-"))
            else {
                continue;
            };
            let place = format!("{method} {path}");
            if let Some(operation) = lower_operation(operation).with_context(|| place)? {
                lowered.insert(method.clone(), operation);
            }
        }
        if let (false, Some(shared)) = (lowered.is_empty(), item.get("parameters")) {
            lowered.insert("parameters".to_owned(), shared.clone());
        }
        if !lowered.is_empty() {
            paths.insert(path.clone(), Value::Object(lowered));
        }
    }
    let mut parameters = object_at(document, "/components/parameters").cloned().unwrap_or_default();
    parameters.values_mut().for_each(strip);
    let mut wanted: BTreeSet<String> =
        contract.models.iter().map(|model| model.input.clone()).collect();
    references(&json!([&paths, &parameters]), &mut wanted);
    let schemas = lower_schemas(document, wanted)?;
    let mut paths = Value::Object(paths);
    strip(&mut paths);
    Ok(json!({
        "openapi": document["openapi"],
        "info": document["info"],
        "paths": paths,
        "components": { "schemas": schemas, "parameters": parameters },
    }))
}

/// An operation with one response, or `None` if progenitor cannot take it.
fn lower_operation(operation: &Map<String, Value>) -> Result<Option<Value>> {
    let mut operation = operation.clone();
    let body = operation.get("requestBody").and_then(|body| body.get("content"));
    if let Some(content) = body
        && !is_json(content)?
    {
        return Ok(None);
    }
    let responses = object(operation.get("responses").unwrap_or(&Value::Null), "responses")?;
    let success = responses.iter().find(|(status, _)| status.starts_with('2'));
    let (status, success) = success.context("no 2xx response is documented")?;
    let description = success.get("description").cloned().unwrap_or_default();
    let response = match success.get("content") {
        None => json!({ status: { "description": description } }),
        Some(content) => {
            if !is_json(content)? {
                return Ok(None);
            }
            let any = json!({ "application/json": { "schema": {} } });
            json!({ "2XX": { "description": description, "content": any } })
        }
    };
    operation.insert("responses".to_owned(), response);
    for key in ["security", "servers", "tags"] {
        operation.shift_remove(key);
    }
    Ok(Some(Value::Object(operation)))
}

/// Whether progenitor can take this content. Unknown media types are an error.
fn is_json(content: &Value) -> Result<bool> {
    let kinds: Vec<&String> = object(content, "content")?.keys().collect();
    match kinds[..] {
        [kind] if kind == "application/json" => Ok(true),
        [kind] if kind == "multipart/form-data" || kind == "text/event-stream" => Ok(false),
        _ => bail!("codegen does not understand content of {kinds:?}"),
    }
}

/// The wanted schemas and everything they refer to.
fn lower_schemas(document: &Value, wanted: BTreeSet<String>) -> Result<Map<String, Value>> {
    let all = object_at(document, "/components/schemas")?;
    let mut reached = wanted;
    let mut todo: Vec<String> = reached.iter().cloned().collect();
    while let Some(name) = todo.pop() {
        let schema = all.get(&name).with_context(|| format!("no schema named {name}"))?;
        let mut found = BTreeSet::new();
        references(schema, &mut found);
        todo.extend(found.into_iter().filter(|name| reached.insert(name.clone())));
    }
    let mut lowered = Map::new();
    for (name, schema) in all.iter().filter(|(name, _)| reached.contains(*name)) {
        let mut schema = schema.clone();
        if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
            properties.values_mut().for_each(describe_in_text);
        }
        strip(&mut schema);
        lowered.insert(name.clone(), schema);
    }
    Ok(lowered)
}

/// Adds range and default to the description, since the keys themselves are about to be removed.
fn describe_in_text(property: &mut Value) {
    let Some(property) = property.as_object_mut() else { return };
    if property.contains_key("description") {
        let text = describe::property(property);
        property.insert("description".to_owned(), Value::String(text));
    }
}

/// Collects the names of all schemas that `value` refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            let parts = json!([{ "$ref": map.get("$ref") }]);
            if let Ok(name) = shared_name(&parts) {
                found.insert(name.to_owned());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

/// Drops what must not reach progenitor; see the module's docs.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| !dropped(key, value));
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

/// Only a schema's own keyword is dropped, never a property of the same name.
fn dropped(key: &str, value: &Value) -> bool {
    match key {
        "default" => !value.is_object(),
        "minimum" | "maximum" | "multipleOf" | "minLength" | "maxLength" | "minItems"
        | "maxItems" => value.is_number(),
        "pattern" | "format" => value.is_string(),
        "uniqueItems" => value.is_boolean(),
        "example" | "examples" | "externalDocs" => true,
        _ => key.starts_with("x-"),
    }
}
