//! A model's schemas, rules and descriptions, from the generated data.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::entry::{Model, Rule};
use super::generated::MODELS;

#[derive(Deserialize)]
struct Described {
    description: String,
    description_zh: String,
    media: String,
    older_versions: Vec<String>,
    output: Value,
    input: Value,
    rules: Vec<Rule>,
}

/// The generated data, parsed once; in the order of [`MODELS`].
static DESCRIBED: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let text = include_str!("../generated/schemas.json");
    let mut all: Map<String, Value> =
        serde_json::from_str(text).expect("the generated schemas are JSON");
    let mut take = |model: &Model| {
        let entry = all.remove(model.input).expect("every model has a generated schema");
        serde_json::from_value(entry).expect("a generated schema has its fixed form")
    };
    MODELS.iter().map(&mut take).collect()
});

impl Model {
    fn described(&self) -> &'static Described {
        let index = MODELS.iter().position(|model| model.name == self.name);
        &DESCRIBED[index.expect("only the generated catalog makes a Model")]
    }

    /// The name without its owner, such as `sdxl`.
    pub fn short_name(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(_, name)| name)
    }

    /// The input's JSON Schema, without references.
    pub fn input_schema(&self) -> &'static Value {
        &self.described().input
    }

    /// The inputs in the contract's order, each with its schema.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        let properties = self.input_schema()["properties"].as_object();
        properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    /// The schema of the input with this name.
    pub fn input(&self, name: &str) -> Option<&'static Value> {
        self.input_schema()["properties"].get(name)
    }

    /// The names of the required inputs.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        let list = self.input_schema()["required"].as_array();
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The output's JSON Schema: a URI or a list of URIs.
    pub fn output_schema(&self) -> &'static Value {
        &self.described().output
    }

    /// The usual media type of an output, such as `image/png`.
    pub fn media(&self) -> &'static str {
        &self.described().media
    }

    /// Ids of versions that ran before, newest first, which programs still name.
    pub fn older_versions(&self) -> &'static [String] {
        &self.described().older_versions
    }

    /// The rules between inputs.
    pub fn rules(&self) -> &'static [Rule] {
        &self.described().rules
    }

    /// What the model is for, in English.
    pub fn description(&self) -> &'static str {
        &self.described().description
    }

    /// What the model is for, in Chinese.
    pub fn description_zh(&self) -> &'static str {
        &self.described().description_zh
    }
}

/// Every model of the contract.
pub fn models() -> &'static [Model] {
    MODELS
}

/// The model with this full name, `owner/name`.
pub fn find_model(name: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.name == name)
}

/// The contract's own schema for schemars.
pub(crate) fn json_schema(model: &Model) -> schemars::Schema {
    let schema = model.input_schema().clone();
    schema.try_into().expect("an input schema is an object")
}
