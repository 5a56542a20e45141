//! How a model behaves: how long it runs, what it logs, and what it puts out.

use crate::model::log_style::LogStyle;
use quickrouter_api::limits;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Largest fixed text, in bytes: the emulator's own limit.
const MAX_TEXT: usize = 1024 * 1024;

/// How a model behaves. What is left out follows from its schemas.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Behavior {
    /// How long it runs, in seconds, unless steps or pieces decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_seconds: Option<f64>,
    /// How its log looks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) log: Option<LogStyle>,
    /// What it puts out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) output: Option<OutputKind>,
    /// The text that it puts out, always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    /// The JSON that it puts out, always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) json: Option<Value>,
}

/// What a model puts out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputKind {
    /// One picture.
    Image,
    /// A list of pictures.
    Images,
    /// A list of pictures, which appear one by one.
    ImageStream,
    /// One video.
    Video,
    /// One audio file.
    Audio,
    /// A text, all at once.
    Text,
    /// A text in pieces, which appear one by one.
    TextStream,
    /// A list of texts, all at once.
    TextList,
    /// JSON that follows the schema of the output, with real files for its URLs.
    Json,
    /// What the input suggests.
    Suggested,
}

impl OutputKind {
    fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::TextStream | Self::TextList)
    }
}

impl Behavior {
    /// Checks that everything is within its limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        let longest = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS).as_secs_f64();
        match self.duration_seconds {
            Some(seconds) if !(0.0..=longest).contains(&seconds) => {
                return Err(format!(
                    "behavior.duration_seconds must be from 0 to {longest}, not {seconds}"
                ));
            }
            _ => {}
        }
        if let Some(log) = &self.log {
            log.check().map_err(|why| format!("behavior.log{why}"))?;
        }
        self.check_output()
    }

    fn check_output(&self) -> Result<(), String> {
        if self.text.is_some() && self.json.is_some() {
            return Err("behavior has both text and json; give one of them".to_owned());
        }
        let size = self.text.as_ref().map_or(0, String::len);
        if size > MAX_TEXT {
            return Err(format!("behavior.text has {size} bytes; the limit is {MAX_TEXT}"));
        }
        match self.output {
            Some(kind) if self.text.is_some() && !kind.is_text() => {
                Err("behavior.text goes with the outputs text, text_stream and text_list"
                    .to_owned())
            }
            Some(kind) if self.json.is_some() && kind != OutputKind::Json => {
                Err("behavior.json goes with the output json".to_owned())
            }
            _ => Ok(()),
        }
    }
}
