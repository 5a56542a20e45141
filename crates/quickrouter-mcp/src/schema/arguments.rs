//! The input schemas of the tools.

use quickrouter::catalog::{ModelName, models};
use serde_json::{Map, Value, json};

use crate::inputs::arguments::image_model;
use crate::inputs::arguments::{ID_CHARS, MODEL_CHARS, REQUEST_ID_CHARS, SUBFOLDER_CHARS};
use crate::schema::model_input::{model_input, object};

/// No control characters. Written with `\x`, which every regular expression engine reads; that of Go
/// has no `\u` (pkg.go.dev/regexp/syntax).
const NO_CONTROLS: &str = r"^[^\x00-\x1f\x7f-\x9f]*$";

/// The arguments of `generate_image`.
pub(super) fn generate_image() -> Map<String, Value> {
    let mut schema = model_input(image_model());
    let mut properties = Map::new();
    properties.insert("request_id".to_owned(), new_request_id());
    if let Some(Value::Object(inputs)) = schema.remove("properties") {
        properties.extend(inputs);
    }
    let required: Vec<&str> =
        std::iter::once("request_id").chain(image_model().required()).collect();
    object(properties, &required)
}

/// The arguments of `run_model`.
pub(super) fn run_model() -> Map<String, Value> {
    let all = [("request_id", new_request_id()), ("model", any_model()), ("input", input())];
    object(properties(all), &["request_id", "model", "input"])
}

/// The arguments of `estimate_cost`.
pub(super) fn estimate_cost() -> Map<String, Value> {
    object(properties([("model", any_model()), ("input", input())]), &["model", "input"])
}

/// The arguments of `describe_model`.
pub(super) fn describe_model() -> Map<String, Value> {
    let model = text(
        1,
        MODEL_CHARS,
        "A model of list_models: its full name (owner/name), its short name, or a version.",
    );
    object(properties([("model", model)]), &["model"])
}

/// No arguments.
pub(super) fn nothing() -> Map<String, Value> {
    object(Map::new(), &[])
}

/// The arguments of a tool about one prediction. That there is one of the two is not said by a keyword:
/// the Anthropic API refuses `oneOf` here (github.com/anthropics/claude-code/issues/657).
pub(super) fn handle() -> Map<String, Value> {
    object(handles(), &[])
}

/// The arguments of `save_outputs`.
pub(super) fn save_outputs() -> Map<String, Value> {
    let mut all = handles();
    let subfolder = text(
        1,
        SUBFOLDER_CHARS,
        "A folder below the server's output folder, relative, such as foxes/winter; it is made if it \
         does not exist. Left out: the output folder itself.",
    );
    all.insert("subfolder".to_owned(), subfolder);
    object(all, &[])
}

fn handles() -> Map<String, Value> {
    let id = text(
        1,
        ID_CHARS,
        "The prediction's id, as an earlier result has it. Give either this or request_id, not both.",
    );
    let request_id = text(
        1,
        REQUEST_ID_CHARS,
        "The request_id that the prediction was created with. Give either this or id, not both.",
    );
    properties([("id", id), ("request_id", request_id)])
}

fn new_request_id() -> Value {
    text(
        1,
        REQUEST_ID_CHARS,
        "A name that you choose for this request, such as fox-in-snow-1. New for each new picture. \
         Repeat a call, after a time-out say, with the same request_id and the same arguments: it \
         returns the same prediction and costs nothing more.",
    )
}

fn any_model() -> Value {
    let short: Vec<&str> = models().iter().filter_map(ModelName::short).collect();
    let description = format!(
        "The model: owner/name, owner/name:version, a version of 64 hexadecimal digits, or the short \
         name of a documented one ({}).",
        short.join(", ")
    );
    text(1, MODEL_CHARS, &description)
}

/// Any object. It has a property because Gemini refuses an object without
/// (github.com/MarkusPfundstein/mcp-obsidian/issues/21); most models have this one.
fn input() -> Value {
    json!({
        "type": "object",
        "description": "The model's inputs by name. describe_model has them for documented models, \
            and their limits; the input of any other model is sent as it is.",
        "properties": {
            "prompt": {"type": "string", "description": "What to make, for models with a prompt."},
        },
        "required": [],
        "additionalProperties": true,
    })
}

fn text(least: usize, most: usize, description: &str) -> Value {
    json!({
        "type": "string",
        "description": description,
        "minLength": least,
        "maxLength": most,
        "pattern": NO_CONTROLS,
    })
}

fn properties<const N: usize>(all: [(&str, Value); N]) -> Map<String, Value> {
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}
