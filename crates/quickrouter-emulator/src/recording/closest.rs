//! The recording closest to a create that has none, and how it differs.

use crate::model::replay::Replay;
use crate::recording::key::Target;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// Longest value in a message, in characters.
const SHOWN: usize = 60;
/// Most differences in a message.
const LISTED: usize = 8;

/// A recording, and what it is compared by.
#[derive(Debug)]
pub(super) struct Entry {
    /// The name of its file.
    pub(super) name: String,
    pub(super) recorded_at: String,
    pub(super) replay: Arc<Replay>,
    pub(super) asked: Asked,
    /// The canonical input, without long texts.
    pub(super) input: Value,
}

/// What a create asks to run, as far as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The model, or the deployment: `owner/name`.
    pub(crate) model: Option<String>,
    pub(crate) version: Option<String>,
    pub(crate) deployment: bool,
}

impl Asked {
    /// What a create by version asks for: `owner/name:ID`, `ID`, or `owner/name`.
    pub(crate) fn by_version(version: &str) -> Self {
        let (model, version) = match (version.rsplit_once(':'), Target::by_version(version)) {
            (Some((model, _)), Target::Version(id)) => (Some(model.to_owned()), Some(id)),
            (None, Target::Version(id)) => (None, Some(id)),
            (_, Target::Model(name) | Target::Deployment(name)) => (Some(name), None),
        };
        Self { model, version, deployment: false }
    }

    /// What a create by model asks for.
    pub(crate) fn by_model(name: &str) -> Self {
        Self { model: Some(name.to_owned()), version: None, deployment: false }
    }

    /// What a create by deployment asks for.
    pub(crate) fn by_deployment(name: &str) -> Self {
        Self { deployment: true, ..Self::by_model(name) }
    }

    /// By what it is found: names are the same in letters of either case, as at the API.
    pub(super) fn version_target(&self) -> Option<Target> {
        self.version.clone().map(Target::Version).filter(|_| !self.deployment)
    }

    pub(super) fn model_target(&self) -> Option<Target> {
        let name = self.model.as_ref()?.to_ascii_lowercase();
        Some(if self.deployment { Target::Deployment(name) } else { Target::Model(name) })
    }

    /// Whether a recording of `self` answers a create that asks for `other`: the versions are the
    /// same if both name one, otherwise the models.
    pub(super) fn answers(&self, other: &Self) -> bool {
        match (self.version_target(), other.version_target()) {
            (Some(own), Some(theirs)) => own == theirs,
            _ => self.model_target().is_some() && self.model_target() == other.model_target(),
        }
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.deployment { "deployment " } else { "" };
        match (&self.model, &self.version) {
            (Some(model), Some(version)) => write!(f, "{what}{model}:{version}"),
            (Some(name), None) | (None, Some(name)) => write!(f, "{what}{name}"),
            (None, None) => f.write_str("no model"),
        }
    }
}

/// The closest recording.
#[derive(Debug)]
pub(crate) struct Closest<'a> {
    /// The name of its file.
    pub(crate) name: &'a str,
    /// Phrases such as `input.seed: recorded 7, asked 8`.
    pub(crate) differences: Vec<String>,
}

/// The entry of the same model and version, if there is one, with the fewest inputs that differ; of
/// equally close ones the newest.
pub(super) fn closest<'a>(
    entries: &'a [Entry],
    asked: &Asked,
    input: &Value,
) -> Option<Closest<'a>> {
    let entry = entries.iter().min_by_key(|entry| {
        let differing = differing(&entry.input, input).len();
        (!entry.asked.answers(asked), differing, std::cmp::Reverse(&entry.recorded_at))
    })?;
    let mut differences = Vec::new();
    if !entry.asked.answers(asked) {
        let (recorded, asked) = (clipped(&entry.asked), clipped(asked));
        differences.push(format!("recorded {recorded}, asked {asked}"));
    }
    let names = differing(&entry.input, input);
    for name in names.iter().take(LISTED) {
        let side = |input: &Value| input.get(name).map_or("nothing".to_owned(), clipped);
        let (recorded, asked) = (side(&entry.input), side(input));
        differences.push(format!("input.{}: recorded {recorded}, asked {asked}", clipped(name)));
    }
    if names.len() > LISTED {
        differences.push(format!("and {} more inputs", names.len() - LISTED));
    }
    Some(Closest { name: &entry.name, differences })
}

/// The names of the inputs that differ, sorted.
fn differing<'a>(one: &'a Value, other: &'a Value) -> Vec<&'a str> {
    let names =
        [one, other].into_iter().filter_map(Value::as_object).flat_map(|input| input.keys());
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    names.into_iter().filter(|name| one.get(name) != other.get(name)).collect()
}

fn clipped(value: &(impl fmt::Display + ?Sized)) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}
