//! Arguments of calls, read strictly: what is unknown is refused by name.

use quickrouter::PredictionId;
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::error::ToolError;

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

/// The arguments of `generate_image`: `request_id`, and the inputs of the contract's model.
pub(crate) fn generate_image(mut arguments: JsonObject) -> Result<CreateArguments, ToolError> {
    let request_id = request_id(arguments.remove("request_id"))?;
    let model = quickrouter::catalog::ModelName::resolve("sdxl").expect("the contract has it").full;
    Ok(CreateArguments { request_id, model, input: arguments })
}

/// The arguments of `run_model`: `request_id`, `model` and `input`.
pub(crate) fn run_model(mut arguments: JsonObject) -> Result<CreateArguments, ToolError> {
    let request_id = request_id(arguments.remove("request_id"))?;
    let (model, input) = model_and_input(arguments)?;
    Ok(CreateArguments { request_id, model, input })
}

/// The arguments `model` and `input`, and no others.
pub(crate) fn model_and_input(
    mut arguments: JsonObject,
) -> Result<(String, JsonObject), ToolError> {
    match (arguments.remove("model"), arguments.remove("input")) {
        (Some(Value::String(model)), Some(Value::Object(input))) => Ok((model, input)),
        _ => Err(ToolError::arguments("It needs `model` and `input`.", "")),
    }
}

/// The arguments `id` or `request_id`, of which there is one.
pub(crate) fn handle(mut arguments: JsonObject) -> Result<Handle, ToolError> {
    match (arguments.remove("id"), arguments.remove("request_id")) {
        (Some(Value::String(id)), None) => PredictionId::new(id).map(Handle::Id).map_err(|error| {
            ToolError::arguments(error.to_string(), "Name the id of a prediction.")
        }),
        (None, Some(id)) => request_id(Some(id)).map(Handle::RequestId),
        _ => Err(ToolError::arguments("It needs either `id` or `request_id`.", "")),
    }
}

fn request_id(value: Option<Value>) -> Result<String, ToolError> {
    match value {
        Some(Value::String(text)) if !text.is_empty() => Ok(text),
        _ => Err(ToolError::arguments("`request_id` is missing.", "")),
    }
}
