//! The output schemas of the tools.

use rmcp::schemars::JsonSchema;
use rmcp::schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::results::budget::BudgetReport;
use crate::results::models::{ModelDescription, ModelList};
use crate::results::prediction::{CostReport, PredictionReport};

/// The result of a tool about a prediction.
pub(super) fn prediction() -> Map<String, Value> {
    let mut schema = plain::<PredictionReport>();
    add(&mut schema, "error", error());
    schema
}

/// The result of `list_models`.
pub(super) fn models() -> Map<String, Value> {
    let mut schema = plain::<ModelList>();
    add(&mut schema, "error", error());
    schema
}

/// The result of `describe_model`.
pub(super) fn model() -> Map<String, Value> {
    let mut schema = plain::<ModelDescription>();
    add(&mut schema, "error", error());
    schema
}

/// The result of `estimate_cost`.
pub(super) fn estimate() -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    let texts = json!({"type": "array", "items": {"type": "string"}});
    let described = |mut schema: Map<String, Value>, text: &str| {
        schema.insert("description".to_owned(), text.into());
        Value::Object(schema)
    };
    add(&mut schema, "model", json!({"type": "string", "description": "The model."}));
    add(&mut schema, "cost", described(plain::<CostReport>(), "What a create would reserve."));
    add(&mut schema, "budget", described(plain::<BudgetReport>(), "What is left."));
    let within = "Whether the budget has enough left for it.";
    add(&mut schema, "within_budget", json!({"type": "boolean", "description": within}));
    add(&mut schema, "warnings", texts);
    let next = "Why it is not within the budget, and what to do.";
    add(&mut schema, "next", json!({"type": "string", "description": next}));
    add(&mut schema, "error", error());
    schema
}

/// An error, as the property of a result. Its fields may be null, so that some have no type.
fn error() -> Value {
    json!({
        "type": "object",
        "description": "Why the call failed; a result with it has nothing else but the budget.",
        "properties": {
            "kind": {"type": "string", "description": "The kind of the error."},
            "code": {"type": "string", "description": "A stable code below the kind."},
            "message": {"type": "string", "description": "What happened, with which value."},
            "id": {"description": "The prediction's id, if there is one."},
            "request_id": {"description": "The request id of the call, if it has one."},
            "http_status": {"description": "The HTTP status, if the gateway answered."},
            "may_be_billed": {"type": "boolean", "description": "Whether a prediction may be billed."},
            "next": {"type": "string", "description": "What to do."},
        },
    })
}

fn add(schema: &mut Map<String, Value>, name: &str, property: Value) {
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    properties[name] = property;
}

/// The schema of what a type is serialized to, without references and without what some clients do not
/// take. Nothing is required, since older clients of the TypeScript SDK check errors against it, too
/// (github.com/modelcontextprotocol/typescript-sdk/issues/1943).
fn plain<T: JsonSchema>() -> Map<String, Value> {
    let mut settings = SchemaSettings::draft2020_12().for_serialize();
    settings.inline_subschemas = true;
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = cleaned(schema.to_value());
    let mut schema = std::mem::take(schema.as_object_mut().expect("the type is a struct"));
    schema.remove("required");
    schema.remove("description");
    schema
}

/// Without titles, number formats, null (what is unknown is absent) and the dialect: validators refuse
/// a schema that names another than theirs (github.com/modelcontextprotocol/typescript-sdk/issues/2721).
fn cleaned(schema: Value) -> Value {
    let Value::Object(mut map) = schema else { return schema };
    for keyword in ["$schema", "title", "format"] {
        if map.get(keyword).is_some_and(Value::is_string) {
            map.remove(keyword);
        }
    }
    if let Some(types) = map.get("type").and_then(Value::as_array) {
        let other = types.iter().find(|kind| *kind != "null").cloned();
        map.insert("type".to_owned(), other.unwrap_or_default());
    }
    if let Some(Value::Array(parts)) = map.remove("anyOf") {
        let other = parts.into_iter().find(|part| part["type"] != "null").unwrap_or_default();
        for (keyword, value) in other.as_object().into_iter().flatten() {
            map.entry(keyword.clone()).or_insert_with(|| value.clone());
        }
    }
    map.into_iter().map(|(keyword, value)| (keyword, inner(value))).collect()
}

fn inner(value: Value) -> Value {
    match value {
        Value::Object(_) => cleaned(value),
        Value::Array(items) => items.into_iter().map(inner).collect(),
        other => other,
    }
}
