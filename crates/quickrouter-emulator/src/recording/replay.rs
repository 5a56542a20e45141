//! Turns a recording into what is replayed.

use crate::model::replay::{FILE, LogChange, Replay, ReplayFile, Stage};
use crate::model::timing::Timing;
use crate::recording::format::{RecordedFile, RecordedState, Recording};
use crate::recording::read::MAX_SECONDS;
use jiff::Timestamp;
use quickrouter_api::Status;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

/// The name of a model that a recording does not name.
const UNNAMED: &str = "unknown/recorded";

/// What is replayed of a complete recording in this folder.
pub(super) fn replay(recording: &Recording, folder: &Path, timing: &Timing) -> Replay {
    let span = Span::of(recording);
    let files = files(&recording.files, folder);
    let mut fields = recording.prediction.clone();
    // What is shown in their place follows from the rest; null logs stay null.
    let output =
        fields.get_mut("output").map(Value::take).or_else(|| recording.last_state().output);
    if let Some(input) = fields.get_mut("input") {
        *input = Value::Null;
    }
    if let Some(logs) = fields.get_mut("logs").filter(|logs| !logs.is_null()) {
        *logs = "".into();
    }
    let scaled = |seconds: f64| timing.scaled(Duration::from_secs_f64(seconds));
    let first = recording.life.first().map(|first| first.status.as_str());
    let waiting = first.filter(|word| Status::from(*word) == Status::Starting);
    let statuses = recording.life.iter().filter(|change| {
        let status = Status::from(change.status.as_str());
        !status.is_terminal() && status != Status::Starting
    });
    let named = |key: &str| recording.prediction.get(key).and_then(Value::as_str);
    let model = recording.request.model.as_deref().or_else(|| named("model"));
    let mut replay = Replay {
        digest: 0,
        model: model.unwrap_or(UNNAMED).to_owned(),
        fields,
        queue: scaled(span.queue),
        run: scaled(span.run),
        starts: span.starts,
        waiting: waiting.unwrap_or(Status::Starting.as_str()).to_owned(),
        statuses: statuses
            .map(|change| (scaled(span.ran(change.after_seconds)), change.status.clone()))
            .collect(),
        logs: Vec::new(),
        stages: Vec::new(),
        output: output.filter(|output| !output.is_null()),
        files,
        bytes: 0,
        emptied: OnceLock::new(),
    };
    unfold(recording, &mut replay, |seconds| scaled(span.ran(seconds)));
    number_files(&mut replay, &recording.files);
    let all = serde_json::to_vec(&replay).unwrap_or_default();
    replay.bytes = all.len();
    let digest = Sha256::digest(all);
    replay.digest = digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    replay
}

/// When a prediction started and ended, in seconds.
struct Span {
    queue: f64,
    run: f64,
    starts: bool,
}

impl Span {
    /// By the gateway's own times where it gave them, otherwise as observed.
    fn of(recording: &Recording) -> Self {
        let time = |key: &str| -> Option<Timestamp> {
            recording.prediction.get(key)?.as_str()?.parse().ok()
        };
        let between = |from: Option<Timestamp>, to: Option<Timestamp>| {
            let seconds = to?.duration_since(from?).as_secs_f64();
            Some(seconds.clamp(0.0, MAX_SECONDS))
        };
        let (created, started, completed) =
            (time("created_at"), time("started_at"), time("completed_at"));
        let end = recording.seconds();
        let last = recording.life.len().saturating_sub(1);
        let begun = recording.life.iter().enumerate().find(|(index, change)| {
            let status = Status::from(change.status.as_str());
            let worked = change.logs_appended.is_some() || change.output_appended.is_some();
            let worked = worked || change.logs.is_some() || change.output.is_some();
            worked || status != Status::Starting && (*index < last || status == Status::Succeeded)
        });
        let starts = started.is_some() || begun.is_some();
        if !starts {
            return Self { queue: between(created, completed).unwrap_or(end), run: 0.0, starts };
        }
        let observed = begun.map_or(end, |(_, change)| change.after_seconds);
        let queue = between(created, started).unwrap_or(observed);
        let run = between(started, completed).unwrap_or_else(|| (end - queue).max(0.0));
        Self { queue, run, starts }
    }

    /// How long it had run when this was observed.
    fn ran(&self, after_seconds: f64) -> f64 {
        (after_seconds - self.queue).clamp(0.0, self.run)
    }
}

/// The changes of the logs and of the output.
fn unfold(recording: &Recording, replay: &mut Replay, at: impl Fn(f64) -> Duration) {
    let mut state = RecordedState::default();
    // How many items of the last output the current one has, if it is the start of it.
    let mut matched = None;
    let last = recording.life.len().saturating_sub(1);
    for (index, change) in recording.life.iter().enumerate() {
        let at = if index == last { replay.run } else { at(change.after_seconds) };
        let mut keep = state.logs.len();
        if let Some(logs) = &change.logs {
            keep = kept(&state.logs, logs);
        }
        let before = state.logs.len();
        state.apply(change);
        if keep < before || keep < state.logs.len() {
            let text = state.logs[keep..].to_owned();
            replay.logs.push(LogChange { at, keep, text });
        }
        if index == last || change.output.is_none() && change.output_appended.is_none() {
            continue;
        }
        let from = if change.output.is_some() { 0 } else { matched.unwrap_or_default() };
        matched = state.output.as_ref().and_then(Value::as_array).and_then(|items| {
            let rest = replay.items().get(from..items.len())?;
            (rest == &items[from..]).then_some(items.len())
        });
        let other = || Stage::Other(state.output.clone().unwrap_or_default());
        replay.stages.push((at, matched.map_or_else(other, Stage::First)));
    }
}

/// How many bytes of the logs stay as others take their place: whole lines, unless nothing goes.
fn kept(before: &str, after: &str) -> usize {
    if after.starts_with(before) {
        return before.len();
    }
    let same = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
    before.as_bytes()[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

fn files(files: &[RecordedFile], folder: &Path) -> Vec<ReplayFile> {
    let mut taken = HashSet::new();
    let mut named = |index: usize, file: &RecordedFile| {
        let mut name = file.original_name.clone();
        while !taken.insert(name.clone()) {
            name = format!("{index}-{name}");
        }
        name
    };
    // What is kept between runs may be read from elsewhere.
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let files = files.iter().enumerate().map(|(index, file)| ReplayFile {
        path: folder.join(&file.name),
        url_name: named(index, file),
        media_type: file.media_type.clone(),
        bytes: file.bytes,
        inline: file.inline,
        data_uri: OnceLock::new(),
    });
    files.collect()
}

/// Replaces the names of files in the outputs by their numbers.
fn number_files(replay: &mut Replay, files: &[RecordedFile]) {
    let stages = replay.stages.iter_mut().filter_map(|(_, stage)| match stage {
        Stage::Other(value) => Some(value),
        Stage::First(_) => None,
    });
    for value in stages.chain(&mut replay.output) {
        number(value, files);
    }
}

fn number(value: &mut Value, files: &[RecordedFile]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| number(item, files)),
        Value::Object(object) => {
            let name = object.get(FILE).and_then(Value::as_str);
            match name.and_then(|name| files.iter().position(|file| file.name == name)) {
                Some(index) => *value = json!({FILE: index}),
                None => object.values_mut().for_each(|item| number(item, files)),
            }
        }
        _ => {}
    }
}
