//! What a prediction puts out, and when.

use crate::model::replay::{Replay, ReplayFile, file_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The outputs of a prediction.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) enum Outputs {
    /// Files, drawn when they are fetched.
    Files(OutputFiles),
    /// A text whose pieces appear one by one while the model runs.
    Pieces(TextPieces),
    /// A text that appears with the end.
    Text(String),
    /// JSON that appears with the end.
    Json(JsonOutput),
    /// What a recorded prediction put out, when it did.
    Recorded(#[serde(with = "by_digest")] Arc<Replay>),
}

/// A recording is large, and many predictions may replay it: theirs name its digest only.
mod by_digest {
    use crate::model::replay::Replay;
    use serde::{Deserialize as _, Deserializer, Serializer};
    use std::sync::Arc;

    pub(super) fn serialize<S: Serializer>(
        replay: &Arc<Replay>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(replay.digest)
    }

    /// Only the digest; the reader has the rest.
    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<Replay>, D::Error> {
        let digest = u64::deserialize(deserializer)?;
        Ok(Arc::new(Replay { digest, ..Replay::default() }))
    }
}

/// Files: a single one, or a list.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct OutputFiles {
    pub(crate) count: usize,
    /// Whether the output is a list of them.
    pub(crate) list: bool,
    pub(crate) media: Media,
    /// When they appear; `None`: all with the end.
    pub(crate) pace: Option<Pace>,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Media {
    Picture,
    Video,
    Audio,
    /// Of a recording: JSON, a model, an archive. None is ever made.
    Other,
}

/// A text in pieces.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct TextPieces {
    pub(crate) texts: Vec<String>,
    pub(crate) pace: Pace,
}

impl TextPieces {
    /// From the first to the last.
    pub(crate) fn duration(&self) -> Duration {
        self.pace.until(self.texts.len()).saturating_sub(self.pace.start)
    }
}

/// JSON, and where in it there are files.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct JsonOutput {
    pub(crate) value: Value,
    pub(crate) files: Vec<FilePlace>,
}

/// A file in JSON.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct FilePlace {
    /// Where its URL is to be written, as a JSON pointer.
    pub(crate) pointer: String,
    pub(crate) media: Media,
}

/// How parts appear one by one while the model runs.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub(crate) struct Pace {
    /// The run time after which the first one is in the making.
    pub(crate) start: Duration,
    /// The time for each.
    pub(crate) each: Duration,
}

impl Pace {
    /// How many of `all` have appeared after the model has run for `ran`.
    fn after(&self, ran: Duration, all: usize) -> usize {
        let Some(passed) = ran.checked_sub(self.start) else { return 0 };
        let count = passed.as_nanos().checked_div(self.each.as_nanos());
        count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX).min(all)
    }

    /// The run time at which that many have appeared.
    fn until(&self, count: usize) -> Duration {
        self.start + self.each.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
    }
}

/// A part of the output, reported by an event of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part<'a> {
    /// The file of this number.
    File(usize),
    Text(&'a str),
    Json(&'a JsonOutput),
    /// JSON of a recording, which has files of its own kind.
    Recorded(&'a Value),
}

impl Media {
    /// The extension of its files, and their media type.
    pub(crate) fn file_type(self) -> (&'static str, &'static str) {
        match self {
            Self::Picture => ("png", "image/png"),
            Self::Video => ("mp4", "video/mp4"),
            Self::Audio => ("wav", "audio/wav"),
            Self::Other => ("bin", "application/octet-stream"),
        }
    }
}

/// A part of a recorded output.
fn part(value: &Value) -> Part<'_> {
    match (file_of(value), value) {
        (Some(index), _) => Part::File(index),
        (None, Value::String(text)) => Part::Text(text),
        (None, value) => Part::Recorded(value),
    }
}

/// The kind of a recorded file.
fn media_of(file: &ReplayFile) -> Media {
    match file.media_type.split('/').next() {
        Some("image") => Media::Picture,
        Some("video") => Media::Video,
        Some("audio") => Media::Audio,
        _ => Media::Other,
    }
}

fn is_dropped(part: Part<'_>, dropped: &[usize]) -> bool {
    matches!(part, Part::File(index) if dropped.contains(&index))
}

impl Outputs {
    /// How many files there are.
    pub(crate) fn files(&self) -> usize {
        match self {
            Self::Files(files) => files.count,
            Self::Json(json) => json.files.len(),
            Self::Recorded(replay) => replay.files.len(),
            Self::Pieces(_) | Self::Text(_) => 0,
        }
    }

    /// The kind of the file of this number.
    pub(crate) fn media(&self, index: usize) -> Media {
        match self {
            Self::Files(files) => files.media,
            Self::Json(json) => json.files.get(index).map_or(Media::Picture, |file| file.media),
            Self::Recorded(replay) => replay.files.get(index).map_or(Media::Picture, media_of),
            Self::Pieces(_) | Self::Text(_) => Media::Picture,
        }
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            // Those of a recording are shared in memory; where each prediction is kept with its own,
            // the predictions count them.
            Self::Files(_) | Self::Recorded(_) => 0,
            Self::Pieces(pieces) => {
                pieces.texts.iter().map(|text| text.len() + size_of::<String>()).sum()
            }
            Self::Text(text) => text.len(),
            Self::Json(json) => bytes_of(&json.value),
        }
    }

    /// Drops the contents.
    pub(crate) fn forget(&mut self) {
        match self {
            Self::Files(_) => {}
            Self::Recorded(replay) => *replay = replay.emptied(),
            Self::Pieces(pieces) => pieces.texts = Vec::new(),
            Self::Text(text) => *text = String::new(),
            Self::Json(json) => *json = JsonOutput { value: Value::Null, files: Vec::new() },
        }
    }

    /// Whether the output is a list of its parts.
    pub(crate) fn is_list(&self) -> bool {
        match self {
            Self::Files(files) => files.list,
            Self::Pieces(_) => true,
            Self::Recorded(replay) => replay.output.as_ref().is_some_and(Value::is_array),
            Self::Text(_) | Self::Json(_) => false,
        }
    }

    /// All parts but the files that were dropped.
    pub(crate) fn parts(&self, dropped: &[usize]) -> Vec<Part<'_>> {
        self.first_parts(usize::MAX, dropped)
    }

    /// The parts that have appeared after the model has run for `ran`, before its end.
    pub(crate) fn parts_after(&self, ran: Duration, dropped: &[usize]) -> Vec<Part<'_>> {
        if let Self::Recorded(replay) = self {
            return self.first_parts(replay.items_after(ran), dropped);
        }
        let Some((pace, all)) = self.pace() else { return Vec::new() };
        self.first_parts(pace.after(ran, all), dropped)
    }

    /// The run time at which the next part appears before the end.
    pub(crate) fn next_at(&self, ran: Duration) -> Option<Duration> {
        if let Self::Recorded(replay) = self {
            return replay.next_item(ran);
        }
        let (pace, all) = self.pace()?;
        let next = pace.after(ran, all) + 1;
        (next <= all).then(|| pace.until(next))
    }

    /// Whether parts appear before the end.
    pub(crate) fn is_gradual(&self) -> bool {
        match self {
            Self::Recorded(replay) => !replay.stages.is_empty(),
            _ => self.pace().is_some(),
        }
    }

    /// How its parts appear before the end, and how many there are.
    fn pace(&self) -> Option<(Pace, usize)> {
        match self {
            Self::Files(files) => files.pace.map(|pace| (pace, files.count)),
            Self::Pieces(pieces) => Some((pieces.pace, pieces.texts.len())),
            Self::Text(_) | Self::Json(_) | Self::Recorded(_) => None,
        }
    }

    fn first_parts(&self, count: usize, dropped: &[usize]) -> Vec<Part<'_>> {
        match self {
            Self::Files(files) => {
                let kept = (0..files.count.min(count)).filter(|index| !dropped.contains(index));
                kept.map(Part::File).collect()
            }
            Self::Pieces(pieces) => {
                pieces.texts.iter().take(count).map(|text| Part::Text(text)).collect()
            }
            Self::Text(text) => vec![Part::Text(text)],
            Self::Json(json) => vec![Part::Json(json)],
            Self::Recorded(replay) => {
                let parts = replay.parts().iter().take(count).map(part);
                parts.filter(|part| !is_dropped(*part, dropped)).collect()
            }
        }
    }
}

fn bytes_of(value: &Value) -> usize {
    let own = size_of::<Value>();
    own + match value {
        Value::String(text) => text.len(),
        Value::Array(all) => all.iter().map(bytes_of).sum(),
        Value::Object(all) => all.iter().map(|(name, one)| name.len() + own + bytes_of(one)).sum(),
        _ => 0,
    }
}
