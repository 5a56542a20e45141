//! A model of the catalog: its names, its schemas, and how it behaves.

use crate::error::Error;
use crate::model::behavior::{Behavior, OutputKind};
use crate::model::check::Checker;
use crate::model::definition::ModelDefinition;
use crate::model::free;
use crate::model::log_style::{LogShape, LogStyle};
use crate::model::output_kind;
use quickrouter_api::{Model, ModelLog};
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
        let newest = model.version.map(str::to_owned).into_iter();
        Self {
            name: model.name.to_owned(),
            description: model.description().to_owned(),
            versions: newest.chain(model.older_versions().iter().cloned()).collect(),
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
        Ok(Self::checked_by(checker, definition))
    }

    /// A model that was made up, and takes any input.
    pub(crate) fn made_up(definition: ModelDefinition) -> Self {
        Self::checked_by(Checker::Any, definition)
    }

    fn checked_by(checker: Checker, definition: ModelDefinition) -> Self {
        let kept = Box::new(definition.clone());
        Self {
            name: definition.name,
            description: definition.description,
            versions: definition.versions,
            deployments: definition.deployments,
            openapi_schema: definition.openapi_schema,
            behavior: definition.behavior,
            checker,
            contract: None,
            definition: Some(kept),
        }
    }

    /// A model of this name that takes any input.
    pub(crate) fn free(name: &str) -> Self {
        Self::new(free::definition(name)).expect("a free schema is in order")
    }

    pub(crate) fn latest_version(&self) -> Option<&str> {
        self.versions.first().map(String::as_str)
    }

    /// The version that runs for `owner/name:64hex`, `64hex` or `owner/name`: the one that is asked
    /// for, if it is known, else the newest.
    pub(crate) fn version_for(&self, asked: &str) -> &str {
        let id = asked.rsplit(':').next().unwrap_or_default();
        let known = self.versions.iter().find(|version| version.eq_ignore_ascii_case(id));
        known.map(String::as_str).or_else(|| self.latest_version()).unwrap_or(HIDDEN)
    }

    /// The schema of the input of this name.
    pub(crate) fn input(&self, name: &str) -> Option<&Value> {
        self.openapi_schema["components"]["schemas"]["Input"]["properties"].get(name)
    }

    /// Whether it has an input of this name, or takes any.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.input(name).is_some() || self.checker.takes_any()
    }

    /// Whether its output is a list.
    pub(crate) fn lists_outputs(&self) -> bool {
        output_kind::type_of(output_kind::schema(&self.openapi_schema)) == Some("array")
    }

    /// What it puts out for this input.
    pub(crate) fn output_kind(&self, input: &Map<String, Value>) -> OutputKind {
        let own = self.behavior.output.unwrap_or_else(|| self.usual_output());
        if own == OutputKind::Suggested { free::suggested(&self.name, input) } else { own }
    }

    /// What it puts out if its behaviour does not say so.
    fn usual_output(&self) -> OutputKind {
        let by_schema = output_kind::by_schema(&self.openapi_schema);
        if self.behavior.text.is_some() {
            let text = [OutputKind::TextStream, OutputKind::TextList].contains(&by_schema);
            return if text { by_schema } else { OutputKind::Text };
        }
        let media = self.contract.map_or("", Model::media);
        match (by_schema, media.split('/').next()) {
            (OutputKind::Image, Some("video")) => OutputKind::Video,
            (OutputKind::Image, Some("audio")) => OutputKind::Audio,
            (kind, _) => kind,
        }
    }

    /// How long it runs, unless steps decide.
    pub(crate) fn duration(&self) -> Option<Duration> {
        self.behavior.duration_seconds.map(Duration::from_secs_f64)
    }

    /// How its log looks.
    pub(crate) fn log_style(&self) -> LogStyle {
        let usual = match self.contract.map(Model::log) {
            Some(ModelLog::Words) => LogShape::Words,
            Some(ModelLog::None) => LogShape::None,
            _ => LogShape::Bars,
        };
        self.behavior.log.clone().unwrap_or_else(|| usual.into())
    }
}
