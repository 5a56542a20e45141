//! A model of the catalogue: its names, its schemas, and how it behaves.

use crate::error::Error;
use crate::model::behavior::{Behavior, LogShape, OutputKind};
use crate::model::check::Checker;
use crate::model::definition::ModelDefinition;
use crate::model::free;
use quickrouter_api::Model;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// Shown as the version of a model that has none.
pub(crate) const HIDDEN: &str = "hidden";

/// A model that the emulator runs.
#[derive(Debug)]
pub(crate) struct ModelEntry {
    /// `owner/name`.
    pub(crate) name: String,
    pub(crate) description: String,
    /// The ids of its versions, newest first.
    pub(crate) versions: Vec<String>,
    /// The deployments that run it, each `owner/name`.
    pub(crate) deployments: Vec<String>,
    /// The document that describes its input and output.
    pub(crate) openapi_schema: Value,
    pub(crate) behavior: Behavior,
    pub(crate) checker: Checker,
    /// The model of the contract that it is.
    pub(crate) contract: Option<&'static Model>,
    /// The definition that it came from, unless it is the contract's.
    pub(crate) definition: Option<Box<ModelDefinition>>,
}

impl ModelEntry {
    /// The model of the contract.
    pub(crate) fn of_contract(model: &'static Model) -> Self {
        let openapi_schema = json!({
            "openapi": "3.0.2",
            "info": {"title": "Cog", "version": "0.1.0"},
            "paths": {},
            "components": {
                "schemas": {"Input": model.input_schema(), "Output": model.output_schema()},
            },
        });
        Self {
            name: model.name.to_owned(),
            description: model.description().to_owned(),
            versions: model.version.map(str::to_owned).into_iter().collect(),
            deployments: Vec::new(),
            openapi_schema,
            behavior: Behavior::default(),
            checker: Checker::Contract(model),
            contract: Some(model),
            definition: None,
        }
    }

    /// The model of this definition.
    ///
    /// # Errors
    /// [`Error::Model`] if its schema of the input is none.
    pub(crate) fn new(definition: ModelDefinition) -> Result<Self, Error> {
        let checker = Checker::of_openapi(&definition.openapi_schema)
            .map_err(|why| Error::Model(format!("{}: {why}", definition.name)))?;
        let kept = Box::new(definition.clone());
        Ok(Self {
            name: definition.name,
            description: definition.description,
            versions: definition.versions,
            deployments: definition.deployments,
            openapi_schema: definition.openapi_schema,
            behavior: definition.behavior,
            checker,
            contract: None,
            definition: Some(kept),
        })
    }

    /// A model of this name that takes any input.
    pub(crate) fn free(name: &str) -> Self {
        Self::new(free::definition(name)).expect("a free schema is in order")
    }

    pub(crate) fn latest_version(&self) -> Option<&str> {
        self.versions.first().map(String::as_str)
    }

    /// The schema of the input of this name.
    pub(crate) fn input(&self, name: &str) -> Option<&Value> {
        self.openapi_schema["components"]["schemas"]["Input"]["properties"].get(name)
    }

    fn output_schema(&self) -> &Value {
        &self.openapi_schema["components"]["schemas"]["Output"]
    }

    /// Whether its output is a list.
    pub(crate) fn lists_outputs(&self) -> bool {
        self.output_schema()["type"] == "array"
    }

    /// What it puts out for this input.
    pub(crate) fn output_kind(&self, input: &Map<String, Value>) -> OutputKind {
        match self.behavior.output.unwrap_or_else(|| self.kind_by_schema()) {
            OutputKind::Suggested => free::suggested(input),
            kind => kind,
        }
    }

    /// What the schema of the output says: <https://cog.run/python/#output>.
    fn kind_by_schema(&self) -> OutputKind {
        let output = self.output_schema();
        let media = self.contract.map(Model::media);
        let files = |format: &Value| format["type"] == "string" && format["format"] == "uri";
        match output["type"].as_str() {
            Some("array") if files(&output["items"]) => OutputKind::Images,
            Some("array") if output["items"]["type"] == "string" => OutputKind::TextStream,
            Some("string") if files(output) => {
                match media.and_then(|media| media.split('/').next()) {
                    Some("video") => OutputKind::Video,
                    Some("audio") => OutputKind::Audio,
                    _ => OutputKind::Image,
                }
            }
            Some("string") => OutputKind::Text,
            None if output.as_object().is_none_or(Map::is_empty) => OutputKind::Suggested,
            _ => OutputKind::Json,
        }
    }

    /// How long it runs, unless steps decide.
    pub(crate) fn duration(&self) -> Option<Duration> {
        self.behavior.duration_seconds.map(Duration::from_secs_f64)
    }

    /// How its log looks.
    pub(crate) fn log_shape(&self) -> LogShape {
        self.behavior.log.unwrap_or(LogShape::Bars)
    }
}
