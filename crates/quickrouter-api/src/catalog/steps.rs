//! How much work an input requests: the steps of each progress bar, and the number of outputs.

use serde_json::{Map, Value};

use super::entry::{Model, ModelLog};

impl Model {
    /// What a prediction's log shows while the model runs.
    pub fn log(&self) -> ModelLog {
        match self.input_schema()["x-log"].as_str() {
            Some("bars") => ModelLog::Bars,
            Some("words") => ModelLog::Words,
            _ => ModelLog::None,
        }
    }

    /// The steps of each progress bar in the model's log for `input`, in order: `[50]`, or `[40, 10]`
    /// with a second pass. The contract's defaults are used for inputs left out. Empty if the number
    /// of steps is unknown: the model's log has no bars, or the number is left out and no default is
    /// documented.
    ///
    /// The input is not checked.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let input = serde_json::json!({"num_inference_steps": 25, "refine": "expert_ensemble_refiner"});
    /// assert_eq!(sdxl.progress_bars(input.as_object().unwrap()), [20, 5]);
    /// ```
    pub fn progress_bars(&self, input: &Map<String, Value>) -> Vec<u64> {
        if self.log() != ModelLog::Bars {
            return Vec::new();
        }
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

    /// The number of outputs that `input` requests, or the contract's default. `None` if the model has
    /// no input for it.
    pub fn requested_outputs(&self, input: &Map<String, Value>) -> Option<u64> {
        self.value(self.input_schema()["x-outputs"].as_str()?, input).and_then(whole)
    }

    /// The number of steps that `input` requests in the input named by the contract's `x-steps`, or
    /// that input's default. `None` if the model has no such input or no default is documented.
    ///
    /// ```
    /// # let sdxl = quickrouter_api::find_model("stability-ai/sdxl").unwrap();
    /// let input = serde_json::json!({"num_inference_steps": 25});
    /// assert_eq!(sdxl.steps(input.as_object().unwrap()), Some(25));
    /// ```
    pub fn steps(&self, input: &Map<String, Value>) -> Option<u64> {
        self.value(self.input_schema()["x-steps"].as_str()?, input).and_then(whole)
    }
}

/// A non-negative whole number; JSON may write it as 25.0.
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
