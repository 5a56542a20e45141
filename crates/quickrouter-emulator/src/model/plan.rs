//! What a prediction will do, settled when it is accepted: duration, size, seed.

use crate::model::check::Violation;
use crate::model::entry::ModelEntry;
use crate::model::log_style::{LogShape, LogStyle};
use crate::model::outputs::Outputs;
use crate::model::produce::Assignment;
use crate::model::replay::Replay;
use crate::model::rng::Rng;
use crate::model::timing::{Timing, draw};
use crate::model::words;
use quickrouter_api::limits;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

/// Longest side of a picture, in pixels: the emulator's own limit, where the contract has none.
pub(crate) const MAX_SIDE: u64 = 4096;
/// Most steps of a progress bar: the emulator's own limit.
const MAX_STEPS: u64 = 10_000;
/// Most outputs of a prediction: the emulator's own limit.
const MAX_OUTPUTS: u64 = 64;
/// Default width and height, and the square root of the area that an aspect ratio is fitted into.
const DEFAULT_SIDE: u32 = 1024;
/// Upper bound of drawn seeds, as in the model itself.
const SEEDS: u64 = 65_536;

const SETUP: Duration = Duration::from_millis(400);
/// Extra time of the very first step, as measured for SDXL.
const WARM_UP: Duration = Duration::from_millis(500);
/// Run time of a model that reports no steps.
const STEPLESS: Duration = Duration::from_secs(4);
/// Time to load a part of a pipeline.
const LOADED: Duration = Duration::from_millis(150);
/// Time per piece of a text.
const PIECE: Duration = Duration::from_millis(30);
/// The inputs that hold the number of steps of a model that is not the contract's.
const STEPS: [&str; 2] = ["num_inference_steps", "steps"];

/// One progress bar.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct ProgressBar {
    pub(crate) steps: u64,
    pub(crate) step: Duration,
    /// Extra time of the first step.
    pub(crate) warm_up: Duration,
    /// What stands before it, as tqdm's `desc`.
    #[serde(default)]
    pub(crate) label: Cow<'static, str>,
}

impl ProgressBar {
    /// Time from the start of the bar until `done` steps are done.
    pub(crate) fn until(&self, done: u64) -> Duration {
        if done == 0 {
            return Duration::ZERO;
        }
        self.warm_up + self.step.saturating_mul(u32::try_from(done).unwrap_or(u32::MAX))
    }

    pub(crate) fn duration(&self) -> Duration {
        self.until(self.steps)
    }
}

/// What a prediction will do. The time scale is already applied to all durations.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Plan {
    pub(crate) prompt: String,
    pub(crate) seed: String,
    /// The line in the logs that names the model's mode.
    pub(crate) mode: Cow<'static, str>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) outputs: Outputs,
    pub(crate) log: LogStyle,
    /// Waiting for the model.
    pub(crate) queue: Duration,
    /// From the start to the first line of the logs.
    pub(crate) setup: Duration,
    pub(crate) bars: Vec<ProgressBar>,
    /// Work without a progress bar.
    pub(crate) stepless: Duration,
    /// Silence after the last bar, while the outputs are stored.
    pub(crate) tail: Duration,
    /// How long the results are kept.
    pub(crate) retention: Duration,
    /// How long the model may run.
    pub(crate) hard_stop: Duration,
    /// False if an input cannot be fetched, so that the model never starts working.
    pub(crate) can_run: bool,
}

impl Plan {
    /// Plans a prediction, drawing with `rng` what `input` leaves open. The input must have passed
    /// [`crate::model::check`].
    pub(crate) fn new(
        model: &ModelEntry,
        input: &Value,
        rng: &mut Rng,
        timing: &Timing,
    ) -> Result<Self, Vec<Violation>> {
        let mut requested = Requested { model, input, violations: Vec::new() };
        let (width, height) = requested.size();
        let count = requested.outputs();
        let queue = draw(&timing.queue, rng);
        let drawn = rng.below(SEEDS);
        let tail = draw(&timing.tail, rng);
        let log = model.log_style();
        let mut bars = requested.bars(&log, step_time(width, height, count), count);
        for bar in &mut bars {
            bar.step = timing.scaled(bar.step);
            bar.warm_up = timing.scaled(bar.warm_up);
        }
        let setup = timing.scaled(SETUP);
        let seed = requested.value("seed").map_or_else(|| drawn.to_string(), ToString::to_string);
        let none = Map::new();
        let input = input.as_object().unwrap_or(&none);
        let prompt = requested.prompt(input);
        let bar_time = bars.iter().map(ProgressBar::duration).sum();
        let work = if bars.is_empty() {
            timing.scaled(model.duration().unwrap_or(STEPLESS))
        } else {
            bar_time
        };
        let piece = timing.scaled(PIECE);
        let outputs =
            Assignment { model, input, prompt: &prompt, seed: &seed, count, setup, work, piece }
                .outputs();
        let stepless = match &outputs {
            Outputs::Pieces(pieces) => pieces.duration().saturating_sub(bar_time),
            _ => work.saturating_sub(bar_time),
        };
        let plan = Self {
            prompt,
            seed,
            mode: requested.mode().into(),
            width,
            height,
            outputs,
            log,
            queue: timing.scaled(queue),
            setup,
            bars,
            stepless,
            tail: timing.scaled(tail),
            retention: timing.retention(Duration::from_secs(limits::RESULT_RETENTION_SECONDS)),
            hard_stop: timing.retention(Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS)),
            can_run: true,
        };
        if requested.violations.is_empty() { Ok(plan) } else { Err(requested.violations) }
    }

    /// Plans what was recorded.
    pub(crate) fn replayed(replay: Arc<Replay>, input: &Value, timing: &Timing) -> Self {
        let side = |name: &str| input[name].as_u64().and_then(|side| u32::try_from(side).ok());
        Self {
            prompt: input["prompt"].as_str().unwrap_or_default().to_owned(),
            seed: input.get("seed").map_or_else(String::new, ToString::to_string),
            mode: Cow::Borrowed(""),
            width: side("width").unwrap_or(DEFAULT_SIDE),
            height: side("height").unwrap_or(DEFAULT_SIDE),
            log: LogShape::None.into(),
            queue: replay.queue,
            setup: Duration::ZERO,
            bars: Vec::new(),
            stepless: replay.run,
            tail: Duration::ZERO,
            retention: timing.retention(Duration::from_secs(limits::RESULT_RETENTION_SECONDS)),
            hard_stop: Duration::MAX,
            can_run: true,
            outputs: Outputs::Recorded(replay),
        }
    }

    /// The recording that it replays, if it does.
    pub(crate) fn recorded(&self) -> Option<&Arc<Replay>> {
        match &self.outputs {
            Outputs::Recorded(replay) => Some(replay),
            _ => None,
        }
    }

    /// Drops what the prediction was made of, and what it has made.
    pub(crate) fn forget(&mut self) {
        self.prompt = String::new();
        self.outputs.forget();
    }

    /// How long the model runs, from `started_at` to `completed_at`.
    pub(crate) fn run(&self) -> Duration {
        if !self.can_run {
            return self.setup;
        }
        let bars: Duration = self.bars.iter().map(ProgressBar::duration).sum();
        self.setup + bars + self.stepless + self.tail
    }
}

/// Time per step: 0.24 s for one picture of 1024x1024, 0.08 s for one of 512x512, as measured for
/// SDXL.
#[allow(clippy::cast_precision_loss, reason = "an estimate")]
fn step_time(width: u32, height: u32, outputs: u64) -> Duration {
    let pixels = f64::from(width) * f64::from(height) * outputs as f64;
    Duration::from_secs_f64(0.027 + pixels * 2.03e-7)
}

/// What an input asks for, by the property names of its schema.
struct Requested<'a> {
    model: &'a ModelEntry,
    input: &'a Value,
    violations: Vec<Violation>,
}

impl Requested<'_> {
    /// The value sent, if the model has that input, or the schema's default.
    fn value(&self, name: &str) -> Option<&Value> {
        let sent = self.input.get(name).filter(|value| !value.is_null() && self.model.takes(name));
        sent.or_else(|| self.model.input(name)?.get("default"))
    }

    /// Reads a whole number from `least` to `most`; records a violation for any other, unless it is
    /// the model's own default, such as a width of 0 with which the model chooses.
    fn count(&mut self, name: &str, least: u64, most: u64) -> Option<u64> {
        let value = self.value(name)?;
        // An integer may be written as 25.0.
        let whole = value.as_f64().filter(|number| number.fract() == 0.0)?;
        #[allow(clippy::cast_precision_loss, reason = "the bounds are small")]
        if (least as f64..=most as f64).contains(&whole) {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            return Some(whole as u64);
        }
        if self.model.input(name).and_then(|input| input.get("default")) != Some(value) {
            let message =
                format!("The emulator's own limit: must be from {least} to {most}, is {value}");
            self.violations.push(Violation::new("emulator_bound", name, message));
        }
        None
    }

    fn side(&mut self, name: &str) -> Option<u32> {
        self.count(name, 1, MAX_SIDE).and_then(|side| u32::try_from(side).ok())
    }

    fn size(&mut self) -> (u32, u32) {
        let (width, height) = (self.side("width"), self.side("height"));
        if width.is_some() || height.is_some() {
            return (width.unwrap_or(DEFAULT_SIDE), height.unwrap_or(DEFAULT_SIDE));
        }
        let ratio = self.value("aspect_ratio").and_then(Value::as_str).and_then(ratio);
        ratio.map_or((DEFAULT_SIDE, DEFAULT_SIDE), sides)
    }

    fn outputs(&mut self) -> u64 {
        if !self.model.lists_outputs() && self.model.contract.is_some() {
            return 1;
        }
        self.count("num_outputs", 1, MAX_OUTPUTS).unwrap_or(1)
    }

    /// The value of a text input, or nothing.
    fn text(&self, name: &str) -> &str {
        self.value(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// What is asked, with the schema's default.
    fn prompt(&self, input: &Map<String, Value>) -> String {
        match self.text("prompt") {
            "" => words::prompt(input),
            text => text.to_owned(),
        }
    }

    /// Builds the bars of the log: for what is loaded, then for each pass of each output.
    fn bars(&mut self, log: &LogStyle, step: Duration, count: u64) -> Vec<ProgressBar> {
        if log.shape() != LogShape::Bars {
            return Vec::new();
        }
        let passes = self.passes();
        if passes.iter().any(|steps| *steps > MAX_STEPS) {
            for name in self.step_inputs() {
                self.count(name, 1, MAX_STEPS);
            }
        }
        let step = log.step_seconds().map_or(step, Duration::from_secs_f64);
        let repeated = if log.has_bar_for_each_output() { count } else { 1 };
        let passes = passes.repeat(usize::try_from(repeated).unwrap_or(1));
        let warm_ups = std::iter::once(WARM_UP).chain(std::iter::repeat(Duration::ZERO));
        let bars = passes.into_iter().zip(warm_ups);
        let bars =
            bars.map(|(steps, warm_up)| ProgressBar { steps, step, warm_up, label: "".into() });
        loading(log.loading_parts()).into_iter().chain(bars).collect()
    }

    /// The steps of each pass.
    fn passes(&mut self) -> Vec<u64> {
        if let (Some(model), Some(input)) = (self.model.contract, self.input.as_object()) {
            return model.progress_bars(input);
        }
        let steps = STEPS.iter().find(|name| self.value(name).is_some());
        let steps = steps.and_then(|name| self.count(name, 1, MAX_STEPS));
        steps.into_iter().collect()
    }

    /// The inputs that set the number of steps of a bar.
    fn step_inputs(&self) -> Vec<&'static str> {
        let Some(model) = self.model.contract else { return Vec::new() };
        let schema = model.input_schema();
        let second = schema["x-second-pass"].as_array().into_iter().flatten();
        let names = std::iter::once(&schema["x-steps"]).chain(second.map(|pass| &pass["steps"]));
        names.filter_map(Value::as_str).collect()
    }

    fn mode(&self) -> &'static str {
        match (self.input.get("image").is_some(), self.input.get("mask").is_some()) {
            (true, true) => "inpaint mode\n",
            (true, false) => "img2img mode\n",
            _ => "txt2img mode\n",
        }
    }
}

/// The bar of what is loaded, as diffusers draws it: `DiffusionPipeline.from_pretrained`.
fn loading(parts: u64) -> Option<ProgressBar> {
    let label = "Loading pipeline components...".into();
    let bar = ProgressBar { steps: parts, step: LOADED, warm_up: Duration::ZERO, label };
    (parts > 0).then_some(bar)
}

/// `W:H` as a number.
fn ratio(text: &str) -> Option<f64> {
    let (width, height) = text.split_once(':')?;
    let (width, height): (f64, f64) = (width.trim().parse().ok()?, height.trim().parse().ok()?);
    let ratio = width / height;
    (ratio.is_finite() && ratio > 0.0).then_some(ratio)
}

/// Returns sides with about the area of the default square, both multiples of 8.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn sides(ratio: f64) -> (u32, u32) {
    let root = f64::from(DEFAULT_SIDE);
    let side = |length: f64| ((length / 8.0).round() as u32).clamp(1, 512) * 8;
    (side(root * ratio.sqrt()), side(root / ratio.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::behavior::OutputKind;
    use crate::model::definition::ModelDefinition;
    use serde_json::json;

    #[test]
    fn a_plan_that_is_written_and_read_is_the_same() {
        let style = LogStyle::from(LogShape::Bars).every(2).loading(3);
        let kinds =
            [OutputKind::ImageStream, OutputKind::TextStream, OutputKind::Json, OutputKind::Text];
        for kind in kinds {
            let definition = ModelDefinition::new("acme/model").output(kind).log(style.clone());
            let model = ModelEntry::new(definition).expect("a model");
            let input = json!({"prompt": "a", "steps": 3, "num_outputs": 2});
            let plan = Plan::new(&model, &input, &mut Rng::from_seed(1), &Timing::default());
            let plan = plan.expect("an input in order");
            let written = serde_json::to_string(&plan).expect("JSON");
            assert_eq!(serde_json::from_str::<Plan>(&written).expect("a plan"), plan);
        }
    }
}
