//! Models as the contract describes them: name, version, input schema, rules.

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::catalogue::MODELS;

/// One operation of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Route {
    /// The operation's id, `create_prediction`.
    pub operation: &'static str,
    /// `GET`, `POST` or `DELETE`.
    pub method: &'static str,
    /// The path below the base URL, with parameters in braces.
    pub path: &'static str,
    /// Whether QuickRouter's own pages document it; the others are Replicate's and a gateway may
    /// not relay them.
    pub documented_by_gateway: bool,
}

/// A code found in error bodies or in failed predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Code {
    /// The code, `model_not_found`.
    pub code: &'static str,
    /// The HTTP status it comes with; `None` for one that is in the error of a failed prediction.
    pub status: Option<u16>,
    /// What it means, and what to do.
    pub description: &'static str,
}

/// A model of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Model {
    /// `owner/name`.
    pub name: &'static str,
    /// The version asked for, 64 hexadecimal digits; a model without one has a route of its own.
    pub version: Option<&'static str>,
    /// The name of its input type, `SdxlInput`.
    pub input: &'static str,
}

/// A rule between inputs that a schema cannot tell.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Rule {
    /// A JSON Schema over the input as it is sent; the rule applies where it matches.
    pub when: Value,
    /// The input it is about.
    pub field: String,
    /// Whether the input is refused or merely warned about.
    pub effect: Effect,
    /// Whether the model does not use the field where the rule applies.
    pub ignored: bool,
    /// What happens and what to do, in English.
    pub message: String,
    /// The same in Chinese.
    pub message_zh: String,
}

/// What a [`Rule`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The input is refused.
    Error,
    /// The input is accepted, and a part of it would be ignored.
    Warning,
}

/// An input type that belongs to one model.
///
/// ```
/// # use quickrouter_api::{ModelInput, inputs::SdxlInput};
/// # fn create(_: impl ModelInput) {}
/// let input = SdxlInput::builder().width(768).build();
/// create(input);
/// ```
///
/// What the model uses of an input has a type of its own, which does not implement this trait:
///
/// ```compile_fail
/// # use quickrouter_api::{ModelInput, inputs::SdxlInput};
/// # fn create(_: impl ModelInput) {}
/// let input = SdxlInput::builder().width(768).build();
/// create(input.effective());
/// ```
pub trait ModelInput: serde::Serialize {
    /// The model.
    fn model() -> &'static Model;
}

#[derive(Deserialize)]
struct Described {
    description: String,
    description_zh: String,
    media: String,
    output: Value,
    input: Value,
    rules: Vec<Rule>,
}

/// The generated data, parsed once; in the order of [`MODELS`].
static DESCRIBED: LazyLock<Vec<Described>> = LazyLock::new(|| {
    let text = include_str!("generated/schemas.json");
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
        &DESCRIBED[index.expect("a Model is made by the generated catalogue only")]
    }

    /// The name without its owner, `sdxl`.
    pub fn short_name(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(_, name)| name)
    }

    /// The input's JSON Schema: self-contained, no references.
    pub fn input_schema(&self) -> &'static Value {
        &self.described().input
    }

    /// The inputs in the contract's order: name and schema.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        let properties = self.input_schema()["properties"].as_object();
        properties.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    /// The schema of an input, if there is one of this name.
    pub fn input(&self, name: &str) -> Option<&'static Value> {
        self.input_schema()["properties"].get(name)
    }

    /// The names of the inputs that must be given.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        let list = self.input_schema()["required"].as_array();
        list.into_iter().flatten().filter_map(Value::as_str)
    }

    /// The output's JSON Schema: one URI, or a list of them.
    pub fn output_schema(&self) -> &'static Value {
        &self.described().output
    }

    /// The usual media type of an output, `image/png`.
    pub fn media(&self) -> &'static str {
        &self.described().media
    }

    /// The steps of every progress bar that the model's log draws for `input`, in their order:
    /// `[50]`, or `[40, 10]` with a second pass. Where the input leaves something out, the
    /// contract's default counts. Empty when the number of steps is unknown: the model counts none,
    /// or it is left out and no default is documented.
    ///
    /// The input is taken as it is sent, and is not checked.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let input = serde_json::json!({"num_inference_steps": 25, "refine": "expert_ensemble_refiner"});
    /// assert_eq!(sdxl.passes(input.as_object().unwrap()), [20, 5]);
    /// ```
    pub fn passes(&self, input: &Map<String, Value>) -> Vec<u64> {
        let schema = self.input_schema();
        let value = |name: &Value| self.value(name.as_str()?, input);
        let Some(steps) = value(&schema["x-steps"]).and_then(whole) else { return Vec::new() };
        let holds = |pass: &&Value| {
            let given = pass["when"]["input"].as_str().and_then(|name| input.get(name));
            given.is_some_and(|given| *given == pass["when"]["is"])
        };
        let pass = schema["x-second-pass"].as_array().and_then(|all| all.iter().find(holds));
        let (first, second) = match pass {
            None => (steps, 0),
            Some(pass) => match value(&pass["share"]).and_then(Value::as_f64) {
                Some(share) => {
                    let first = part(steps, share);
                    (first, steps - first)
                }
                None => (steps, value(&pass["steps"]).and_then(whole).unwrap_or(steps)),
            },
        };
        [first, second].into_iter().filter(|steps| *steps > 0).collect()
    }

    /// How many outputs `input` asks for, by what it sends or by the contract's default; `None` where
    /// the model has no input for that.
    pub fn outputs_asked(&self, input: &Map<String, Value>) -> Option<u64> {
        self.value(self.input_schema()["x-outputs"].as_str()?, input).and_then(whole)
    }

    /// The number of steps that `input` asks for, else the contract's default: of the input that the
    /// contract's `x-steps` names. `None` for models without, and where no default is documented.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let input = serde_json::json!({"num_inference_steps": 25});
    /// assert_eq!(sdxl.steps(input.as_object().unwrap()), Some(25));
    /// ```
    pub fn steps(&self, input: &Map<String, Value>) -> Option<u64> {
        self.value(self.input_schema()["x-steps"].as_str()?, input).and_then(whole)
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

/// A number that is not negative and whole; JSON may write it as 25.0.
fn whole(value: &Value) -> Option<u64> {
    let written = value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    value.as_u64().or_else(|| written.map(|number| number as u64))
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the share is from 0 to 1"
)]
fn part(steps: u64, share: f64) -> u64 {
    ((steps as f64 * share.clamp(0.0, 1.0)).round() as u64).min(steps)
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
