//! Models as data: defined in JSON, in YAML, in code, or as the API itself answers.

use crate::error::Error;
use crate::model::behavior::{Behavior, OutputKind};
use crate::model::log_style::LogStyle;
use crate::model::names;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// Most versions, and most deployments, of a model: the emulator's own limit.
const MAX_NAMES: usize = 1_000;

/// A model as data: its names, its schemas, and how it behaves.
///
/// ```
/// use quickrouter_emulator::{Emulator, ModelDefinition, OutputKind};
/// use std::time::Duration;
///
/// # fn example() -> Result<(), quickrouter_emulator::Error> {
/// let llama = ModelDefinition::new("meta/meta-llama-3-8b-instruct")
///     .output(OutputKind::TextStream)
///     .text("Once upon a time there was a red door.")
///     .duration(Duration::from_secs(2));
/// let builder = Emulator::builder().model(llama);
/// let yaml = "name: acme/upscaler\nbehavior: {output: image}";
/// let builder = builder.models(ModelDefinition::parse(yaml)?);
/// # let _ = builder;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelDefinition {
    /// `owner/name`.
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) description: String,
    /// The ids of its versions, newest first; a model without one has only its own route.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) versions: Vec<String>,
    /// The deployments that run it, each `owner/name`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) deployments: Vec<String>,
    /// The document that describes its input and output, as in a version of the API.
    #[serde(default = "open_schema")]
    pub(crate) openapi_schema: Value,
    #[serde(default)]
    pub(crate) behavior: Behavior,
}

/// The schema of a model that takes any input.
pub(crate) fn open_schema() -> Value {
    json!({
        "openapi": "3.0.2",
        "info": {"title": "Cog", "version": "0.1.0"},
        "paths": {},
        "components": {"schemas": {
            "Input": {
                "title": "Input",
                "type": "object",
                // LangChain takes the first property of every model for the prompt.
                "properties": {"prompt": {"title": "Prompt", "x-order": 0}},
                "additionalProperties": true,
            },
            "Output": {"title": "Output"},
        }},
    })
}

impl ModelDefinition {
    /// A model of this name, `owner/name`. It takes any input and produces the output that it
    /// suggests, unless set otherwise.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            versions: Vec::new(),
            deployments: Vec::new(),
            openapi_schema: open_schema(),
            behavior: Behavior::default(),
        }
    }

    /// Its name, `owner/name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does, in a sentence.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = text.into();
        self
    }

    /// Adds a version, 64 hexadecimal digits; the first one is the newest.
    #[must_use]
    pub fn version(mut self, id: impl Into<String>) -> Self {
        self.versions.push(id.into());
        self
    }

    /// Adds a deployment that runs it, `owner/name`.
    #[must_use]
    pub fn deployment(mut self, name: impl Into<String>) -> Self {
        self.deployments.push(name.into());
        self
    }

    /// The document that describes its input and output in `components.schemas`, as a version of the
    /// API carries it.
    #[must_use]
    pub fn openapi_schema(mut self, document: Value) -> Self {
        self.openapi_schema = document;
        self
    }

    /// The kind of its output; by default, what its schema says. By default its schema says so.
    #[must_use]
    pub fn output(mut self, kind: OutputKind) -> Self {
        self.behavior.output = Some(kind);
        self
    }

    /// The text that it puts out, always.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.behavior.text = Some(text.into());
        self
    }

    /// The JSON that it puts out, always.
    #[must_use]
    pub fn json(mut self, value: Value) -> Self {
        self.behavior.json = Some(value);
        self
    }

    /// How long it runs, unless steps decide.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.behavior.duration_seconds = Some(duration.as_secs_f64());
        self
    }

    /// How its log looks: a [`LogShape`](crate::LogShape), or a style with details.
    #[must_use]
    pub fn log(mut self, style: impl Into<LogStyle>) -> Self {
        self.behavior.log = Some(style.into());
        self
    }

    fn check(&self) -> Result<(), String> {
        if !names::is_name(&self.name) {
            return Err("a model's name must be owner/name".to_owned());
        }
        for (what, all) in [("versions", &self.versions), ("deployments", &self.deployments)] {
            if all.len() > MAX_NAMES {
                return Err(format!("{what} has {} entries; the limit is {MAX_NAMES}", all.len()));
            }
        }
        if let Some(wrong) = self.versions.iter().find(|id| !names::is_version(id)) {
            return Err(format!("versions: an id must be 64 hexadecimal digits, not {wrong:?}"));
        }
        if let Some(wrong) = self.deployments.iter().find(|name| !names::is_name(name)) {
            return Err(format!("deployments: a name must be owner/name, not {wrong:?}"));
        }
        self.behavior.check()
    }
}

/// Checks a set of definitions: each of them, and that none is given twice.
///
/// # Errors
/// [`Error::Model`] names the model.
pub(crate) fn check_all(all: &[ModelDefinition]) -> Result<(), Error> {
    let mut taken = std::collections::HashMap::new();
    for definition in all {
        let name = &definition.name;
        definition.check().map_err(|why| Error::Model(format!("{name:?}: {why}")))?;
        let own = [("model", name)].into_iter();
        let versions = definition.versions.iter().map(|id| ("version", id));
        let deployments = definition.deployments.iter().map(|name| ("deployment", name));
        for (kind, word) in own.chain(versions).chain(deployments) {
            if let Some(other) = taken.insert((kind, word.to_ascii_lowercase()), name) {
                let why = format!("the {kind} {word:?} is defined twice, of {other:?} before");
                return Err(Error::Model(format!("{name:?}: {why}")));
            }
        }
    }
    Ok(())
}
