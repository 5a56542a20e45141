//! How a model behaves: how long it runs, what it logs, and what it puts out.

use quickrouter_api::limits;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a model behaves. What is left out follows from its schemas.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behavior {
    /// How long it runs, in seconds, unless steps decide.
    pub(crate) duration_seconds: Option<f64>,
    /// How its log looks.
    pub(crate) log: Option<LogShape>,
    /// What it puts out.
    pub(crate) output: Option<OutputKind>,
}

/// How the log of a model looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogShape {
    /// A head, then a progress bar for each pass over the steps.
    Bars,
    /// A few words.
    Words,
    /// Nothing.
    None,
}

/// What a model puts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OutputKind {
    /// One picture.
    Image,
    /// A list of pictures.
    Images,
    /// One video.
    Video,
    /// One audio file.
    Audio,
    /// A text, all at once.
    Text,
    /// A text in pieces, which appear one by one.
    TextStream,
    /// JSON that follows the schema of the output.
    Json,
    /// What the input suggests.
    Suggested,
}

impl Behavior {
    /// Checks that everything is within its limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        let longest = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS).as_secs_f64();
        match self.duration_seconds {
            Some(seconds) if !(0.0..=longest).contains(&seconds) => {
                Err(format!("behavior.duration_seconds must be from 0 to {longest}, not {seconds}"))
            }
            _ => Ok(()),
        }
    }
}
