//! `list_models` and `describe_model`: what the contract says about models. They ask nobody.

use std::fmt::Write;

use quickrouter::catalog::{Effect, Model, ModelName, models};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::{Map, Value, json};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::results::content::structured;
use crate::results::models::{ExampleCall, ModelDescription, ModelList, ModelRule, ModelSummary};
use crate::schema::model_input::model_input;
use crate::schema::names;

/// The request id of examples.
const REQUEST_ID: &str = "fox-in-snow-1";

/// Lists the models. Text and structured content have the same facts: some clients pass on one of them,
/// some the other (github.com/modelcontextprotocol/modelcontextprotocol/issues/1411).
pub(crate) fn list() -> CallToolResult {
    let next = "Call describe_model for the inputs of one. Other models of the gateway run by \
        owner/name, unchecked.";
    let all: Vec<ModelSummary> = models().iter().map(summary).collect();
    let mut text = format!("{} documented models:\n", all.len());
    for model in &all {
        let short = model.short_name.as_ref().map(|short| format!(" ({short})"));
        let needs = match model.required.as_slice() {
            [] => "no input".to_owned(),
            required => required.join(", "),
        };
        let _ = writeln!(
            text,
            "- {}{}: {} Makes {}; needs {needs}.",
            model.name,
            short.unwrap_or_default(),
            model.description,
            model.media_type,
        );
    }
    text.push_str(next);
    structured(&text, &ModelList { models: all, next: next.to_owned() })
}

/// Describes the model that the arguments name.
pub(crate) fn describe(arguments: JsonObject) -> Result<CallToolResult, ToolError> {
    let named = arguments::model_only(arguments)?;
    let Some(model) = named.known else { return Err(undocumented(&named.full)) };
    let summary = summary(model);
    let example = example(model);
    let next = format!(
        "Call {}; estimate_cost tells the price first.",
        if example.tool == names::RUN_MODEL { "run_model" } else { "generate_image or run_model" }
    );
    let description = ModelDescription {
        name: summary.name,
        short_name: summary.short_name,
        version: model.version.map(str::to_owned),
        description: summary.description,
        media_type: summary.media_type,
        input_schema: model_input(model),
        rules: model.rules().iter().map(rule).collect(),
        example,
        next,
    };
    Ok(structured(&sheet(&description), &description))
}

fn undocumented(name: &str) -> ToolError {
    let shown = quickrouter::text::one_line(name);
    let message = match ModelName::nearest(name) {
        Some(near) => format!("{shown} is not documented; did you mean {near}?"),
        None => format!("{shown} is not documented."),
    };
    let next = "list_models has the documented ones. run_model takes any other by owner/name, and \
        sends its input unchecked.";
    ToolError::arguments(message, next)
}

fn summary(model: &'static Model) -> ModelSummary {
    ModelSummary {
        name: model.name.to_owned(),
        short_name: ModelName::short(model).map(str::to_owned),
        description: model.description().to_owned(),
        media_type: model.media().to_owned(),
        required: model.required().map(str::to_owned).collect(),
    }
}

fn rule(rule: &quickrouter::catalog::Rule) -> ModelRule {
    ModelRule {
        input: rule.field.clone(),
        refused: rule.effect == Effect::Error,
        message: rule.message.clone(),
    }
}

/// A call with what the model needs, and with a prompt if it takes one.
fn example(model: &'static Model) -> ExampleCall {
    let prompt = ["prompt"].into_iter().filter(|name| model.input(name).is_some());
    let is_image_model = model.name == arguments::image_model().name;
    let mut input = Map::new();
    if is_image_model {
        input.insert("request_id".to_owned(), REQUEST_ID.into());
    }
    for name in prompt.chain(model.required()) {
        let schema = model.input(name).unwrap_or(&Value::Null);
        input.insert(name.to_owned(), example_value(schema));
    }
    if is_image_model {
        return ExampleCall { tool: names::GENERATE_IMAGE.to_owned(), arguments: input };
    }
    let call = json!({"request_id": REQUEST_ID, "model": model.name, "input": input});
    let Value::Object(arguments) = call else { unreachable!("it is an object") };
    ExampleCall { tool: names::RUN_MODEL.to_owned(), arguments }
}

fn example_value(schema: &Value) -> Value {
    let usual = || schema.get("default").or(schema["enum"].get(0)).cloned();
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "uri" => "https://example.com/picture.png".into(),
        Some("string") if schema.get("enum").is_none() => "a fox in the snow".into(),
        _ => usual().or(schema.get("minimum").cloned()).unwrap_or(Value::Null),
    }
}

/// The description as text.
fn sheet(model: &ModelDescription) -> String {
    let short = model.short_name.as_ref().map(|short| format!(" ({short})")).unwrap_or_default();
    let mut text =
        format!("{}{short}: {} Makes {}.", model.name, model.description, model.media_type);
    if let Some(version) = &model.version {
        let _ = write!(text, " Version {version}.");
    }
    text.push_str("\nInputs:");
    let required = model.input_schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    for (name, schema) in model.input_schema["properties"].as_object().into_iter().flatten() {
        let facts = facts(schema, is_required(name)).join(", ");
        let about = schema["description"].as_str().unwrap_or_default();
        let _ = write!(text, "\n- {name} ({facts}): {about}");
    }
    if !model.rules.is_empty() {
        text.push_str("\nRules:");
    }
    for rule in &model.rules {
        let kind = if rule.refused { "refused" } else { "warning" };
        let _ = write!(text, "\n- {kind}: {}", rule.message);
    }
    let arguments = Value::Object(model.example.arguments.clone());
    let _ = write!(text, "\nExample: {} {arguments}\n{}", model.example.tool, model.next);
    text
}

fn facts(schema: &Value, required: bool) -> Vec<String> {
    let mut facts = vec![schema["type"].as_str().unwrap_or("any").to_owned()];
    if required {
        facts.push("required".to_owned());
    }
    if let (Some(least), Some(most)) = (schema.get("minimum"), schema.get("maximum")) {
        facts.push(format!("{least} to {most}"));
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<String> = words.iter().map(Value::to_string).collect();
        facts.push(format!("one of {}", words.join(" ")));
    }
    if let Some(default) = schema.get("default") {
        facts.push(format!("default {default}"));
    }
    facts
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::models;
    use quickrouter::{AnyInput, Client, CreateRequest};
    use rmcp::model::{CallToolResult, JsonObject};
    use serde_json::{Value, json};

    use super::{describe, list};
    use crate::inputs::arguments;

    fn naming(model: &str) -> JsonObject {
        json!({"model": model}).as_object().unwrap().clone()
    }

    fn text(result: &CallToolResult) -> &str {
        &result.content[0].as_text().unwrap().text
    }

    #[test]
    fn the_list_has_every_model_in_text_and_as_data() {
        let result = list();
        insta::assert_snapshot!(text(&result));
        let content = result.structured_content.unwrap();
        let names: Vec<&Value> =
            content["models"].as_array().unwrap().iter().map(|model| &model["name"]).collect();
        assert_eq!(names, models().iter().map(|model| model.name).collect::<Vec<_>>());
    }

    #[test]
    fn a_model_is_described_by_any_of_its_names() {
        let by_short = describe(naming("sdxl")).unwrap();
        insta::assert_snapshot!(text(&by_short));
        let content = by_short.structured_content.unwrap();
        assert_eq!(content["version"].as_str(), arguments::image_model().version);
        for name in [arguments::image_model().name, arguments::image_model().version.unwrap()] {
            let described = describe(naming(name)).unwrap().structured_content.unwrap();
            assert_eq!(described, content, "{name}");
        }
    }

    #[test]
    fn an_undocumented_model_is_answered_with_the_nearest_one() {
        let refused = |name| describe(naming(name)).unwrap_err().to_string();
        let all = ["stability-ai/sdlx", "sdlx", "zzz/zzz", "zzz"].map(refused);
        insta::assert_snapshot!(all.join("\n"));
    }

    #[test]
    fn every_example_is_read_and_passes_the_local_check() {
        let client = Client::builder()
            .base_url("http://127.0.0.1:9/replicate")
            .api_key("k")
            .build()
            .unwrap();
        for model in models() {
            let content = describe(naming(model.name)).unwrap().structured_content.unwrap();
            let call = content["example"]["arguments"].as_object().unwrap().clone();
            let read = match content["example"]["tool"].as_str().unwrap() {
                "generate_image" => arguments::generate_image(call),
                _ => arguments::run_model(call),
            };
            let read = read.unwrap();
            assert_eq!(read.model, model.name);
            let request = CreateRequest::new(AnyInput::new(read.model, read.input.into()));
            let warnings = client.check(request).unwrap();
            assert!(warnings.is_empty(), "{}: {warnings:?}", model.name);
        }
    }
}
