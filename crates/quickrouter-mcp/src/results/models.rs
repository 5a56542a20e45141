//! [`ModelList`] and [`ModelDescription`]: the contract's models, as they are returned.

use rmcp::schemars;
use rmcp::schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// All models of the contract.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ModelList {
    /// The models.
    pub(crate) models: Vec<ModelSummary>,
    /// What to do.
    pub(crate) next: String,
}

/// A model in a list.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ModelSummary {
    /// The full name, owner/name.
    pub(crate) name: String,
    /// The short name; absent if it is ambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) short_name: Option<String>,
    /// What the model is for.
    pub(crate) description: String,
    /// The usual media type of an output.
    pub(crate) media_type: String,
    /// The inputs that it needs.
    pub(crate) required: Vec<String>,
}

/// A model with everything that its inputs may be.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ModelDescription {
    /// The full name, owner/name.
    pub(crate) name: String,
    /// The short name; absent if it is ambiguous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) short_name: Option<String>,
    /// The version that is requested; absent if the gateway chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// What the model is for.
    pub(crate) description: String,
    /// The usual media type of an output.
    pub(crate) media_type: String,
    /// The JSON Schema of its input.
    pub(crate) input_schema: Map<String, Value>,
    /// Rules between inputs.
    pub(crate) rules: Vec<ModelRule>,
    /// A call to start from.
    pub(crate) example: ExampleCall,
    /// What to do.
    pub(crate) next: String,
}

/// A rule between inputs.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ModelRule {
    /// The input that it is about.
    pub(crate) input: String,
    /// Whether an input that breaks it is refused; otherwise there is a warning.
    pub(crate) refused: bool,
    /// The rule.
    pub(crate) message: String,
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ExampleCall {
    /// The tool.
    pub(crate) tool: String,
    /// Its arguments.
    pub(crate) arguments: Map<String, Value>,
}
