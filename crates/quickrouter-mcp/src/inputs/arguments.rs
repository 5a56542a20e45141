//! Arguments of calls, read strictly: what is unknown is refused by name.

use quickrouter::PredictionId;
use quickrouter::catalog::{Model, ModelInput, ModelName, models};
use quickrouter::inputs::SdxlInput;
use quickrouter::text::{nearest, one_line};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::error::ToolError;
use crate::inputs::fields::{no_others, shown, text, within};

/// The most characters of a request id.
pub(crate) const REQUEST_ID_CHARS: usize = 128;

/// The most characters of a prediction's id.
pub(crate) const ID_CHARS: usize = 256;

/// The most characters of a model's reference: a name, a colon, a version.
pub(crate) const MODEL_CHARS: usize = 256;

/// The most characters of a subfolder.
pub(crate) const SUBFOLDER_CHARS: usize = 512;

const CHOOSE_REQUEST_ID: &str = "Choose one, such as fox-in-snow-1: a new one for each new picture, \
    the same one when a call is repeated.";

/// The arguments of a create.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CreateArguments {
    /// The id that the caller chose for this request.
    pub(crate) request_id: String,
    /// The model's reference: `owner/name`, `owner/name:version` or a version.
    pub(crate) model: String,
    /// The input.
    pub(crate) input: JsonObject,
}

/// Which prediction a call is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Handle {
    /// By the gateway's id.
    Id(PredictionId),
    /// By the request id that it was created with.
    RequestId(String),
}

/// The model of `generate_image`.
pub(crate) fn image_model() -> &'static Model {
    SdxlInput::model()
}

/// The arguments of `generate_image`: `request_id`, and the inputs of the contract's model.
pub(crate) fn generate_image(mut arguments: JsonObject) -> Result<CreateArguments, ToolError> {
    let request_id = new_request_id(&mut arguments)?;
    without_nulls(&mut arguments);
    Ok(CreateArguments { request_id, model: image_model().name.to_owned(), input: arguments })
}

/// The arguments of `run_model`: `request_id`, `model` and `input`.
pub(crate) fn run_model(mut arguments: JsonObject) -> Result<CreateArguments, ToolError> {
    let request_id = new_request_id(&mut arguments)?;
    let (model, input) = read_model_and_input(arguments, &["request_id", "model", "input"])?;
    Ok(CreateArguments { request_id, model, input })
}

/// The arguments `model` and `input`, and no others.
pub(crate) fn model_and_input(arguments: JsonObject) -> Result<(String, JsonObject), ToolError> {
    read_model_and_input(arguments, &["model", "input"])
}

/// The argument `model`, and no others.
pub(crate) fn model_only(mut arguments: JsonObject) -> Result<ModelName, ToolError> {
    let model = model(&mut arguments)?;
    no_others(&arguments, &["model"])?;
    Ok(model)
}

/// No arguments.
pub(crate) fn nothing(arguments: &JsonObject) -> Result<(), ToolError> {
    no_others(arguments, &[])
}

/// The arguments `id` or `request_id`, of which there is one, and no others.
pub(crate) fn handle_only(mut arguments: JsonObject) -> Result<Handle, ToolError> {
    let read = handle(&mut arguments);
    no_others(&arguments, &["id", "request_id"])?;
    read
}

/// The arguments of `save_outputs`: which prediction, and a folder below the output folder. The folder
/// is not checked but for its form.
pub(crate) fn save_outputs(
    mut arguments: JsonObject,
) -> Result<(Handle, Option<String>), ToolError> {
    let read = handle(&mut arguments);
    let subfolder = arguments.remove("subfolder").filter(is_given);
    no_others(&arguments, &["id", "request_id", "subfolder"])?;
    let subfolder = subfolder.map(|value| {
        let next = "Give a relative folder, such as foxes/winter, or leave it out.";
        within("subfolder", text("subfolder", value, next)?, SUBFOLDER_CHARS, next)
    });
    Ok((read?, subfolder.transpose()?))
}

/// The arguments `id` or `request_id`, of which there is one.
pub(crate) fn handle(arguments: &mut JsonObject) -> Result<Handle, ToolError> {
    let next = "Give the id of a prediction, or the request_id that it was created with.";
    let id = arguments.remove("id");
    let request_id = arguments.remove("request_id");
    match (id.filter(is_given), request_id.filter(is_given)) {
        (Some(id), None) => {
            let id = within("id", text("id", id, next)?, ID_CHARS, next)?;
            let parsed = PredictionId::new(id.as_str());
            let refused = || format!("id is {}, which is the id of nothing.", shown(&id.into()));
            parsed.map(Handle::Id).map_err(|_| ToolError::arguments(refused(), next))
        }
        (None, Some(request_id)) => {
            let request_id = text("request_id", request_id, next)?;
            within("request_id", request_id, REQUEST_ID_CHARS, next).map(Handle::RequestId)
        }
        (None, None) => Err(ToolError::arguments("Both id and request_id are missing.", next)),
        (Some(id), Some(request_id)) => Err(ToolError::arguments(
            format!("Both id ({}) and request_id ({}) are given.", shown(&id), shown(&request_id)),
            "Give one of them.",
        )),
    }
}

/// The request id of a create, which is required.
fn new_request_id(arguments: &mut JsonObject) -> Result<String, ToolError> {
    match arguments.remove("request_id") {
        None | Some(Value::Null) => {
            let others = arguments.keys().map(String::as_str).filter(|name| is_misspelt(name));
            let message = match nearest("request_id", others) {
                Some(near) => {
                    format!("request_id is missing; is {} meant to be it?", one_line(near))
                }
                None => "request_id is missing.".to_owned(),
            };
            Err(ToolError::arguments(message, CHOOSE_REQUEST_ID))
        }
        Some(value) => {
            let read = text("request_id", value, CHOOSE_REQUEST_ID)?;
            within("request_id", read, REQUEST_ID_CHARS, CHOOSE_REQUEST_ID)
        }
    }
}

/// Whether a name is not itself an argument, and short enough to be shown.
fn is_misspelt(name: &str) -> bool {
    let known = ["model", "input"].contains(&name) || image_model().input(name).is_some();
    !known && name.len() <= REQUEST_ID_CHARS
}

fn read_model_and_input(
    mut arguments: JsonObject,
    known: &[&str],
) -> Result<(String, JsonObject), ToolError> {
    let named = model(&mut arguments);
    let input = arguments.remove("input");
    no_others(&arguments, known)?;
    let named = named?;
    let mut input = input_object(input)?;
    if named.known.is_some() {
        without_nulls(&mut input);
    }
    Ok((named.full, input))
}

fn model(arguments: &mut JsonObject) -> Result<ModelName, ToolError> {
    let next = "list_models has the documented ones; give any other as owner/name.";
    let Some(value) = arguments.remove("model").filter(|value| !value.is_null()) else {
        return Err(ToolError::arguments("model is missing.", next));
    };
    let typed = within("model", text("model", value, next)?, MODEL_CHARS, next)?;
    if let Some(name) = in_other_case(&typed) {
        let shown = shown(&typed.as_str().into());
        let message = format!("There is no model {shown}; did you mean {name}?");
        return Err(ToolError::arguments(message, next));
    }
    ModelName::resolve(&typed).map_err(|_| {
        let message = format!("There is no model {}", shown(&typed.as_str().into()));
        let message = match ModelName::nearest(&typed) {
            Some(near) => format!("{message}; did you mean {near}?"),
            None => format!("{message}."),
        };
        ToolError::arguments(message, next)
    })
}

/// The documented model that a name differs from in case alone. Case does not matter in URLs of models,
/// so it would run, but neither the check of its input nor the price list would know it.
fn in_other_case(typed: &str) -> Option<&'static str> {
    let (name, _) = typed.split_once(':').unwrap_or((typed, ""));
    let differs = |known: &&str| known.eq_ignore_ascii_case(name) && *known != name;
    models().iter().map(|model| model.name).find(differs)
}

/// An input: an object, or an object written as a string of JSON, as some clients send nested
/// objects (github.com/anthropics/claude-ai-mcp/issues/548).
fn input_object(value: Option<Value>) -> Result<JsonObject, ToolError> {
    let next = "Give an object with the model's inputs by name: describe_model has them.";
    let refused = |reason: String| Err(ToolError::arguments(reason, next));
    match value {
        None | Some(Value::Null) => refused("input is missing.".to_owned()),
        Some(Value::Object(input)) => Ok(input),
        Some(Value::String(text)) => match serde_json::from_str(&text) {
            Ok(Value::Object(input)) => Ok(input),
            Ok(_) => refused(format!("input is {}, not an object.", shown(&text.into()))),
            Err(error) => refused(format!(
                "input is a string that is not a JSON object: {error} in {}.",
                shown(&text.into())
            )),
        },
        Some(other) => refused(format!("input is {}, not an object.", shown(&other))),
    }
}

/// Removes inputs that are null: clients send one for what is left out
/// (github.com/ZenRows/zenrows-mcp/pull/23, github.com/coder/xum/pull/3821), and no input of the
/// contract can be null.
fn without_nulls(input: &mut JsonObject) {
    input.retain(|_, value| !value.is_null());
}

/// Whether one of two arguments is given: models fill the other with nothing
/// (github.com/coder/xum/pull/3893).
fn is_given(value: &Value) -> bool {
    !value.is_null() && value.as_str() != Some("")
}

#[cfg(test)]
mod tests;
