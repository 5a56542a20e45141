//! What a model puts out for an input.

use crate::model::behavior::OutputKind;
use crate::model::entry::ModelEntry;
use crate::model::outputs::{JsonOutput, Media, OutputFiles, Outputs, Pace, TextPieces};
use crate::model::sample;
use crate::model::words;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// What is known of a prediction before its outputs are settled.
pub(crate) struct Assignment<'a> {
    pub(crate) model: &'a ModelEntry,
    pub(crate) input: &'a Map<String, Value>,
    pub(crate) prompt: &'a str,
    pub(crate) seed: &'a str,
    /// How many pictures are asked for.
    pub(crate) count: u64,
    /// From the start to the first step.
    pub(crate) setup: Duration,
    /// The time for all steps, or for the work without steps.
    pub(crate) work: Duration,
    /// The time for a piece of text, unless the model says how long it runs.
    pub(crate) piece: Duration,
}

impl Assignment<'_> {
    /// What is put out, and when.
    pub(crate) fn outputs(&self) -> Outputs {
        let behavior = &self.model.behavior;
        let kind = self.model.output_kind(self.input);
        if let Some(value) = &behavior.json {
            return Outputs::Json(JsonOutput { value: value.clone(), files: Vec::new() });
        }
        match kind {
            OutputKind::Images => {
                self.files(self.count, self.lists_outputs(), Media::Picture, false)
            }
            OutputKind::ImageStream => self.files(self.count, true, Media::Picture, true),
            OutputKind::Image | OutputKind::Suggested => self.one_file(Media::Picture),
            OutputKind::Video => self.one_file(Media::Video),
            OutputKind::Audio => self.one_file(Media::Audio),
            OutputKind::Text => Outputs::Text(self.texts().concat()),
            OutputKind::TextStream => self.text_stream(),
            OutputKind::TextList => {
                let value = json!(self.texts());
                Outputs::Json(JsonOutput { value, files: Vec::new() })
            }
            OutputKind::Json => Outputs::Json(sample::value(&self.model.openapi_schema, self.seed)),
        }
    }

    fn lists_outputs(&self) -> bool {
        self.model.lists_outputs() || self.model.contract.is_none()
    }

    fn one_file(&self, media: Media) -> Outputs {
        self.files(1, self.model.lists_outputs(), media, false)
    }

    fn files(&self, count: u64, list: bool, media: Media, one_by_one: bool) -> Outputs {
        let parts = u32::try_from(count).unwrap_or(1).max(1);
        let pace = one_by_one.then(|| Pace { start: self.setup, each: self.work / parts });
        let count = usize::try_from(count).unwrap_or(1);
        Outputs::Files(OutputFiles { count, list, media, pace })
    }

    fn texts(&self) -> Vec<String> {
        match &self.model.behavior.text {
            Some(text) => words::pieces(text),
            None => words::answer(self.prompt, self.seed, self.input),
        }
    }

    fn text_stream(&self) -> Outputs {
        let texts = self.texts();
        let parts = u32::try_from(texts.len()).unwrap_or(1).max(1);
        let each = self.model.duration().map_or(self.piece, |_| self.work / parts);
        Outputs::Pieces(TextPieces { texts, pace: Pace { start: self.setup, each } })
    }
}
