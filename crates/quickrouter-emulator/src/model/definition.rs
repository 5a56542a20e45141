//! Definitions of models: JSON or YAML, in the emulator's own form or as the API itself answers.

use crate::error::Error;
use crate::model::behavior::Behavior;
use crate::model::names;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A model as data.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModelDefinition {
    /// `owner/name`.
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) description: String,
    /// The ids of its versions, newest first; a model without one has only its own route.
    #[serde(default)]
    pub(crate) versions: Vec<String>,
    /// The deployments that run it, each `owner/name`.
    #[serde(default)]
    pub(crate) deployments: Vec<String>,
    /// The document that describes its input and output, as in a version of the API.
    #[serde(default = "open_schema")]
    pub(crate) openapi_schema: Value,
    #[serde(default)]
    pub(crate) behavior: Behavior,
}

/// A model as the API answers it: <https://replicate.com/docs/reference/http#models.get>.
#[derive(Deserialize)]
struct ApiModel {
    owner: String,
    name: String,
    description: Option<String>,
    latest_version: Option<ApiVersion>,
}

#[derive(Deserialize)]
struct ApiVersion {
    id: String,
    openapi_schema: Value,
}

/// The schema of a model that takes any input.
fn open_schema() -> Value {
    json!({
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": {"Input": {"type": "object"}, "Output": {}}},
    })
}

/// Parses the definitions in a text: one model, a list of them, `{"models": [...]}`, or
/// `{"results": [...]}` as the API lists them.
///
/// # Errors
/// [`Error::Model`].
pub(crate) fn parse(text: &str) -> Result<Vec<ModelDefinition>, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let json: Result<Value, _> = serde_json::from_str(text);
    let value = match json {
        Ok(value) => value,
        Err(error) if text.trim_start().starts_with(['{', '[']) => {
            return Err(Error::Model(format!("cannot be read as JSON: {error}")));
        }
        Err(_) => serde_yaml_ng::from_str(text)
            .map_err(|error| Error::Model(format!("cannot be read as YAML: {error}")))?,
    };
    from_value(value)
}

/// The definitions in JSON that was parsed.
///
/// # Errors
/// [`Error::Model`].
pub(crate) fn from_value(value: Value) -> Result<Vec<ModelDefinition>, Error> {
    match value {
        Value::Array(all) => {
            all.into_iter().enumerate().map(|(index, one)| single(one, Some(index))).collect()
        }
        Value::Object(mut one) => match LISTS.iter().find_map(|name| one.remove(*name)) {
            Some(listed @ Value::Array(_)) => from_value(listed),
            Some(_) => Err(Error::Model("models and results must be lists".to_owned())),
            None => single(Value::Object(one), None).map(|one| vec![one]),
        },
        _ => Err(Error::Model("neither a model nor a list of models".to_owned())),
    }
}

/// The keys of a list: the emulator's own, and the API's.
const LISTS: [&str; 2] = ["models", "results"];

fn single(value: Value, index: Option<usize>) -> Result<ModelDefinition, Error> {
    let place = match (index, value["name"].as_str()) {
        (Some(index), Some(name)) => format!("model {} ({name}): ", index + 1),
        (Some(index), None) => format!("model {}: ", index + 1),
        (None, Some(name)) => format!("{name}: "),
        (None, None) => String::new(),
    };
    let wrong = |error: &dyn std::fmt::Display| Error::Model(format!("{place}{error}"));
    let definition = if value.get("owner").is_some() {
        serde_json::from_value(value).map(of_api).map_err(|error| wrong(&error))?
    } else {
        serde_path_to_error::deserialize::<_, ModelDefinition>(value)
            .map_err(|error| wrong(&error))?
    };
    definition.check().map_err(|error| wrong(&error))?;
    Ok(definition)
}

fn of_api(model: ApiModel) -> ModelDefinition {
    let (versions, openapi_schema) = match model.latest_version {
        Some(version) => (vec![version.id], version.openapi_schema),
        None => (Vec::new(), open_schema()),
    };
    ModelDefinition {
        name: format!("{}/{}", model.owner, model.name),
        description: model.description.unwrap_or_default(),
        versions,
        deployments: Vec::new(),
        openapi_schema,
        behavior: Behavior::default(),
    }
}

impl ModelDefinition {
    fn check(&self) -> Result<(), String> {
        if !names::is_name(&self.name) {
            return Err(format!("the name must be owner/name, not {:?}", self.name));
        }
        if let Some(wrong) = self.versions.iter().find(|id| !names::is_version(id)) {
            return Err(format!("a version must be 64 hexadecimal digits, not {wrong:?}"));
        }
        if let Some(wrong) = self.deployments.iter().find(|name| !names::is_name(name)) {
            return Err(format!("a deployment must be owner/name, not {wrong:?}"));
        }
        self.behavior.check()
    }
}
