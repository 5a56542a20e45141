//! A model as the API answers it: <https://replicate.com/docs/reference/http#models.get>.

use crate::model::behavior::Behavior;
use crate::model::definition::{ModelDefinition, open_schema};
use crate::model::document;
use crate::model::names;
use crate::model::output_kind;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct ApiModel {
    owner: String,
    name: String,
    description: Option<String>,
    latest_version: Option<ApiVersion>,
    /// The prediction on the model's own page.
    #[serde(default)]
    default_example: Value,
}

#[derive(Deserialize)]
struct ApiVersion {
    id: String,
    openapi_schema: Value,
}

/// The definition of a model that the API answered with. What its example put out tells pictures,
/// videos and sounds apart, which its schema does not.
///
/// # Errors
/// What is missing, and where.
pub(crate) fn definition(answer: Value) -> Result<ModelDefinition, String> {
    let model: ApiModel = document::typed(answer)?;
    let (versions, openapi_schema) = match model.latest_version {
        // Models that only their own route runs have the id "hidden" there.
        Some(version) => {
            let known = names::is_version(&version.id);
            (if known { vec![version.id] } else { Vec::new() }, version.openapi_schema)
        }
        None => (Vec::new(), open_schema()),
    };
    let output = output_kind::by_example(&openapi_schema, &model.default_example["output"]);
    Ok(ModelDefinition {
        name: format!("{}/{}", model.owner, model.name),
        description: model.description.unwrap_or_default(),
        versions,
        deployments: Vec::new(),
        openapi_schema,
        behavior: Behavior { output, ..Behavior::default() },
    })
}
