//! A model's input as a plain JSON Schema, for editors, forms and agents.

use quickrouter_api::{Effect, Model, Rule};
use serde_json::{Map, Value, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// A model's input as a plain JSON Schema (draft 2020-12) that accepts what
/// [`Client::check`](crate::Client::check) accepts.
///
/// It has no keywords of the contract's own, which strict validators refuse. Rules that refuse an input
/// are part of it; those that only warn are not.
///
/// ```
/// use quickrouter::catalog::{find_model, input_json_schema};
///
/// let schema = input_json_schema(find_model("stability-ai/sdxl").unwrap());
/// assert_eq!(schema["properties"]["num_outputs"]["maximum"], 4);
/// ```
pub fn input_json_schema(model: &Model) -> Value {
    let about = |schema: &Value| schema["description"].as_str().unwrap_or_default().to_owned();
    json_schema(model, model.description(), about, |rule| &rule.message)
}

/// [`input_json_schema`] with descriptions in Chinese.
pub fn input_json_schema_zh(model: &Model) -> Value {
    let about = |schema: &Value| {
        let chinese = schema["x-description-zh"].as_str();
        chinese.or(schema["description"].as_str()).unwrap_or_default().to_owned()
    };
    json_schema(model, model.description_zh(), about, |rule| &rule.message_zh)
}

fn json_schema(
    model: &Model,
    description: &str,
    about: impl Fn(&Value) -> String,
    message: impl Fn(&Rule) -> &str,
) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), DIALECT.into());
    schema.insert("title".to_owned(), model.name.into());
    schema.insert("description".to_owned(), description.into());
    schema.insert("type".to_owned(), "object".into());
    let inputs = model.inputs().map(|(name, input)| (name.to_owned(), property(input, &about)));
    schema.insert("properties".to_owned(), Value::Object(inputs.collect()));
    let required: Vec<_> = model.required().collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema.insert("additionalProperties".to_owned(), false.into());
    let rules = model.rules().iter().filter(|rule| rule.effect == Effect::Error);
    let rules: Vec<_> =
        rules.map(|rule| json!({"description": message(rule), "not": plain(&rule.when)})).collect();
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), rules.into());
    }
    Value::Object(schema)
}

/// One input, with what the local check refuses beside the contract's limits: NUL, and files of this
/// machine.
fn property(input: &Value, about: impl Fn(&Value) -> String) -> Value {
    let mut schema = plain(input);
    schema["description"] = about(input).into();
    if input["type"] == "string" {
        schema["pattern"] = "^[^\\u0000]*$".into();
    }
    if input["format"] == "uri" {
        schema["not"] = json!({"pattern": "^[Ff][Ii][Ll][Ee]:"});
    }
    schema
}

/// A schema without the keywords that are the contract's own.
fn plain(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let kept = map.iter().filter(|(key, _)| !key.starts_with("x-"));
            Value::Object(kept.map(|(key, value)| (key.clone(), plain(value))).collect())
        }
        Value::Array(items) => items.iter().map(plain).collect(),
        other => other.clone(),
    }
}
