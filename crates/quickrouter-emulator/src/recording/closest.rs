//! The recording closest to a create that has none, and how it differs.

use crate::recording::format::Recording;
use crate::recording::key::Target;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Longest value in a message, in characters.
const SHOWN: usize = 60;

/// A recording, and what it is compared by.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) recording: Arc<Recording>,
    pub(super) target: Target,
    /// The canonical input, without long texts.
    pub(super) input: Value,
}

/// The closest recording.
#[derive(Debug)]
pub(crate) struct Closest<'a> {
    pub(crate) recording: &'a Recording,
    /// Sentences such as `input.seed: recorded 7, asked 8`.
    pub(crate) differences: Vec<String>,
}

/// The entry with the same target, if there is one, and the fewest inputs that differ; of equally
/// close ones the newest.
pub(super) fn closest<'a>(
    entries: &'a [Entry],
    target: &Target,
    input: &Value,
) -> Option<Closest<'a>> {
    let entry = entries.iter().min_by(|a, b| {
        let rank = |entry: &Entry| (entry.target != *target, differing(&entry.input, input).len());
        let newest = b.recording.recorded_at.cmp(&a.recording.recorded_at);
        rank(a).cmp(&rank(b)).then(newest)
    })?;
    let mut differences = Vec::new();
    if entry.target != *target {
        differences.push(format!("recorded {}, asked {target}", entry.target));
    }
    for name in differing(&entry.input, input) {
        let side = |input: &Value| input.get(name).map_or("nothing".to_owned(), shown);
        let (recorded, asked) = (side(&entry.input), side(input));
        differences.push(format!("input.{name}: recorded {recorded}, asked {asked}"));
    }
    Some(Closest { recording: &entry.recording, differences })
}

/// The names of the inputs that differ, sorted.
fn differing<'a>(one: &'a Value, other: &'a Value) -> Vec<&'a str> {
    let names =
        [one, other].into_iter().filter_map(Value::as_object).flat_map(|input| input.keys());
    let names: BTreeSet<&str> = names.map(String::as_str).collect();
    names.into_iter().filter(|name| one.get(name) != other.get(name)).collect()
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text,
    }
}
