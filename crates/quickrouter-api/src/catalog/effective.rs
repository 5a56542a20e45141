//! A model's defaults, and the effective input: what the model uses of an input.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::entry::{Model, ModelInput};

impl Model {
    /// Every default of the contract, in its order: what the model uses for inputs that are left
    /// out. Defaults that count only along with another input are included, and a default that
    /// follows another input is that input's. Inputs without a documented default are absent, such
    /// as those that the model draws at random.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let defaults = sdxl.defaults();
    /// assert_eq!((&defaults["width"], &defaults["refine_steps"]), (&1024.into(), &50.into()));
    /// assert!(!defaults.contains_key("seed"));
    /// ```
    pub fn defaults(&self) -> Map<String, Value> {
        self.filled(&Map::new())
    }

    /// What the model uses of `input`, in the contract's order: the values sent, and the contract's
    /// defaults for the others. A default that follows another input takes its value.
    ///
    /// An input is absent if it has no documented default, or if the model ignores it beside the
    /// other inputs (a [`Rule`](crate::Rule) with `ignored` applies), whether it was sent or not. A
    /// null counts as left out. The input is not checked; names unknown to the contract are kept.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let input = serde_json::json!({"num_inference_steps": 25, "refine": "base_image_refiner"});
    /// let effective = sdxl.effective(input.as_object().unwrap());
    /// assert_eq!((&effective["refine_steps"], &effective["width"]), (&25.into(), &1024.into()));
    /// assert!(!effective.contains_key("prompt_strength"), "it counts only with an image");
    /// ```
    pub fn effective(&self, input: &Map<String, Value>) -> Map<String, Value> {
        let mut sent = input.clone();
        sent.retain(|_, value| !value.is_null());
        let mut filled = self.filled(&sent);
        filled.retain(|name, value| !self.ignores(name, value, &sent));
        filled
    }

    /// The value of the input `name`: the one sent, else its default, else that of the input that it
    /// follows.
    pub(crate) fn value<'a>(&self, name: &str, input: &'a Map<String, Value>) -> Option<&'a Value> {
        if let Some(sent) = input.get(name).filter(|value| !value.is_null()) {
            return Some(sent);
        }
        let schema = self.input(name)?;
        let followed = || self.value(schema.get("x-default-from")?.as_str()?, input);
        schema.get("default").or_else(followed)
    }

    fn filled(&self, input: &Map<String, Value>) -> Map<String, Value> {
        let known = self.inputs().map(|(name, _)| (name, self.value(name, input)));
        let unknown = input.iter().filter(|(name, _)| self.input(name).is_none());
        let unknown = unknown.map(|(name, value)| (name.as_str(), Some(value)));
        let all = known.chain(unknown);
        all.filter_map(|(name, value)| Some((name.to_owned(), value?.clone()))).collect()
    }

    /// Whether the model ignores this value of an input. Rules match the input as sent, so a default
    /// is judged as if it had been sent with the rest.
    fn ignores(&self, name: &str, value: &Value, sent: &Map<String, Value>) -> bool {
        let mut rules =
            self.rules().iter().filter(|rule| rule.ignored && rule.field == name).peekable();
        if rules.peek().is_none() {
            return false;
        }
        let mut candidate = sent.clone();
        candidate.insert(name.to_owned(), value.clone());
        rules.any(|rule| rule.matches(&candidate))
    }
}

/// [`Model::defaults`] as the input type's effective type.
pub(crate) fn defaults<I: ModelInput, E: DeserializeOwned>() -> E {
    decoded(I::model().defaults())
}

/// [`Model::effective`] as the input type's effective type.
pub(crate) fn effective<I: ModelInput, E: DeserializeOwned>(input: &I) -> E {
    let Ok(Value::Object(sent)) = serde_json::to_value(input) else {
        unreachable!("an input type serializes to an object");
    };
    decoded(I::model().effective(&sent))
}

/// Cannot fail: the fields have the input's types, and codegen checks every default against them.
fn decoded<E: DeserializeOwned>(values: Map<String, Value>) -> E {
    serde_json::from_value(Value::Object(values)).expect("a default fits its input's type")
}
