//! How the log of a model looks, as data.

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::RangeInclusive;

/// Limits, the emulator's own.
const EVERY: RangeInclusive<u64> = 1..=10_000;
const LOADING: RangeInclusive<u64> = 0..=1_000;
const SECONDS_PER_STEP: RangeInclusive<f64> = 0.001..=60.0;

/// What the log of a model consists of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LogShape {
    /// A head, then a progress bar for each pass over the steps, as tqdm draws it.
    #[default]
    Bars,
    /// A few words.
    Words,
    /// Nothing.
    None,
}

/// How the log of a model looks: a shape, and what differs from the usual bars.
///
/// ```
/// use quickrouter_emulator::{LogShape, LogStyle};
///
/// let slow = LogStyle::from(LogShape::Bars).every(5).seconds_per_step(2.5).loading(7);
/// # let _ = slow;
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LogStyle {
    shape: LogShape,
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    carriage_returns: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_per_step: Option<f64>,
    #[serde(skip_serializing_if = "is_none")]
    loading: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    bar_for_each_output: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

impl From<LogShape> for LogStyle {
    fn from(shape: LogShape) -> Self {
        Self { shape, ..Self::default() }
    }
}

impl LogStyle {
    /// A line at every `steps`-th step. By default there is one whenever 100 ms have passed, as
    /// tqdm does.
    #[must_use]
    pub fn every(mut self, steps: u64) -> Self {
        self.every = Some(steps);
        self
    }

    /// Each line of a bar overwrites the one before: it starts with a carriage return, and only the
    /// last one ends with a line feed.
    #[must_use]
    pub fn carriage_returns(mut self) -> Self {
        self.carriage_returns = true;
        self
    }

    /// How long a step takes. From above one second, bars tell the rate in `s/it`.
    #[must_use]
    pub fn seconds_per_step(mut self, seconds: f64) -> Self {
        self.seconds_per_step = Some(seconds);
        self
    }

    /// A bar before the others, for the parts of the pipeline that are loaded, as diffusers draws it.
    #[must_use]
    pub fn loading(mut self, parts: u64) -> Self {
        self.loading = parts;
        self
    }

    /// Every output has a bar of its own.
    #[must_use]
    pub fn bar_for_each_output(mut self) -> Self {
        self.bar_for_each_output = true;
        self
    }

    pub(crate) fn shape(&self) -> LogShape {
        self.shape
    }

    /// At every how many steps there is a line; `None` if the time decides.
    pub(crate) fn steps_between(&self) -> Option<u64> {
        self.every
    }

    pub(crate) fn overwrites(&self) -> bool {
        self.carriage_returns
    }

    pub(crate) fn step_seconds(&self) -> Option<f64> {
        self.seconds_per_step
    }

    pub(crate) fn loading_parts(&self) -> u64 {
        self.loading
    }

    pub(crate) fn has_bar_for_each_output(&self) -> bool {
        self.bar_for_each_output
    }

    /// Checks that everything is within its limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        let (every, loading) = (self.every.unwrap_or(1), self.loading);
        let step = self.seconds_per_step.unwrap_or(1.0);
        let wrong = if !EVERY.contains(&every) {
            format!(".every must be from {} to {}, not {every}", EVERY.start(), EVERY.end())
        } else if !LOADING.contains(&loading) {
            format!(".loading must be at most {}, not {loading}", LOADING.end())
        } else if !SECONDS_PER_STEP.contains(&step) {
            let (least, most) = (SECONDS_PER_STEP.start(), SECONDS_PER_STEP.end());
            format!(".seconds_per_step must be from {least} to {most}, not {step}")
        } else if self.shape != LogShape::Bars && *self != Self::from(self.shape) {
            ": only the shape bars has details".to_owned()
        } else {
            return Ok(());
        };
        Err(wrong)
    }
}

/// Its form as an object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Details {
    shape: LogShape,
    every: Option<u64>,
    carriage_returns: bool,
    seconds_per_step: Option<f64>,
    loading: u64,
    bar_for_each_output: bool,
}

impl<'de> Deserialize<'de> for LogStyle {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShapeOrDetails)
    }
}

struct ShapeOrDetails;

impl<'de> Visitor<'de> for ShapeOrDetails {
    type Value = LogStyle;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bars, words, none, or an object")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<LogStyle, E> {
        LogShape::deserialize(StrDeserializer::new(text)).map(LogStyle::from)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<LogStyle, A::Error> {
        let found = Details::deserialize(MapAccessDeserializer::new(map))?;
        Ok(LogStyle {
            shape: found.shape,
            every: found.every,
            carriage_returns: found.carriage_returns,
            seconds_per_step: found.seconds_per_step,
            loading: found.loading,
            bar_for_each_output: found.bar_for_each_output,
        })
    }
}
