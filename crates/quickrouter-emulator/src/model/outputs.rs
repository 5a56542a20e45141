//! What a prediction puts out, and when.

use crate::model::replay::{Replay, file_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// The outputs of a prediction.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) enum Outputs {
    /// Files, drawn when they are fetched; all appear with the end.
    Files(Files),
    /// A text whose pieces appear one by one while the model runs.
    Pieces(Pieces),
    /// A text that appears with the end.
    Text(String),
    /// JSON that appears with the end.
    Json(Value),
    /// What a recorded prediction put out, when it did.
    Recorded(Arc<Replay>),
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Files {
    pub(crate) count: usize,
    /// Whether the output is a list of them.
    pub(crate) list: bool,
    pub(crate) media: Media,
}

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) enum Media {
    Picture,
    Video,
    Audio,
}

#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Pieces {
    pub(crate) texts: Vec<String>,
    /// The run time after which the first one is in the making.
    pub(crate) start: Duration,
    /// The time for each.
    pub(crate) each: Duration,
}

impl Pieces {
    /// From the first to the last.
    pub(crate) fn duration(&self) -> Duration {
        self.each.saturating_mul(u32::try_from(self.texts.len()).unwrap_or(u32::MAX))
    }

    /// How many have appeared after the model has run for `ran`.
    fn after(&self, ran: Duration) -> usize {
        let Some(passed) = ran.checked_sub(self.start) else { return 0 };
        let count = passed.as_nanos().checked_div(self.each.as_nanos());
        count
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usize::MAX)
            .min(self.texts.len())
    }
}

/// A part of the output, reported by an event of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part<'a> {
    /// The file of this number.
    File(usize),
    Text(&'a str),
    Json(&'a Value),
}

/// A part of a recorded output.
fn part(value: &Value) -> Part<'_> {
    match (file_of(value), value) {
        (Some(index), _) => Part::File(index),
        (None, Value::String(text)) => Part::Text(text),
        (None, value) => Part::Json(value),
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
            Self::Recorded(replay) => replay.files.len(),
            Self::Pieces(_) | Self::Text(_) | Self::Json(_) => 0,
        }
    }

    /// The kind of its files, if it has any.
    pub(crate) fn media(&self) -> Option<Media> {
        match self {
            Self::Files(files) => Some(files.media),
            Self::Pieces(_) | Self::Text(_) | Self::Json(_) | Self::Recorded(_) => None,
        }
    }

    /// Drops the contents.
    pub(crate) fn forget(&mut self) {
        match self {
            // The recordings have it anyway.
            Self::Files(_) | Self::Recorded(_) => {}
            Self::Pieces(pieces) => pieces.texts = Vec::new(),
            Self::Text(text) => *text = String::new(),
            Self::Json(value) => *value = Value::Null,
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
        match self {
            Self::Files(files) => {
                (0..files.count).filter(|index| !dropped.contains(index)).map(Part::File).collect()
            }
            Self::Pieces(pieces) => pieces.texts.iter().map(|text| Part::Text(text)).collect(),
            Self::Text(text) => vec![Part::Text(text)],
            Self::Json(value) => vec![Part::Json(value)],
            Self::Recorded(replay) => {
                let list = replay.output.as_ref().is_some_and(Value::is_array);
                let one = replay.output.as_ref().filter(|_| !list).map(std::slice::from_ref);
                let parts = one.unwrap_or(replay.items()).iter().map(part);
                parts.filter(|part| !is_dropped(*part, dropped)).collect()
            }
        }
    }

    /// The parts that have appeared after the model has run for `ran`, before its end.
    pub(crate) fn parts_after(&self, ran: Duration, dropped: &[usize]) -> Vec<Part<'_>> {
        match self {
            Self::Pieces(pieces) => {
                pieces.texts[..pieces.after(ran)].iter().map(|text| Part::Text(text)).collect()
            }
            Self::Recorded(replay) => {
                let items = replay.items().iter().take(replay.items_after(ran));
                items.map(part).filter(|part| !is_dropped(*part, dropped)).collect()
            }
            Self::Files(_) | Self::Text(_) | Self::Json(_) => Vec::new(),
        }
    }

    /// The run time at which the next part appears before the end.
    pub(crate) fn next_at(&self, ran: Duration) -> Option<Duration> {
        let pieces = match self {
            Self::Pieces(pieces) => pieces,
            Self::Recorded(replay) => return replay.next_item(ran),
            Self::Files(_) | Self::Text(_) | Self::Json(_) => return None,
        };
        let next = pieces.after(ran).checked_add(1).filter(|next| *next <= pieces.texts.len())?;
        Some(pieces.start + pieces.each.saturating_mul(u32::try_from(next).ok()?))
    }
}
