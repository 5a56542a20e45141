//! A recording in the making: what was asked for, and what has been observed so far.

use crate::recording::format::{
    FILE, FORMAT, Observation, RecordedFile, RecordedRequest, RecordedResponse, RecordedState,
    Recording, Removed, RemovedKind,
};
use crate::recording::read::{MAX_JSON_BYTES, MAX_SECONDS};
use crate::recording::redact::{Redaction, escaped};
use crate::recording::scrub::Place;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Shorter `data:` URIs stay in the output.
const SHORT_INLINE: usize = 256;

/// A recording in the making. Nothing in it is redacted yet.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) recorded_at: String,
    pub(crate) upstream: String,
    pub(crate) request: RecordedRequest,
    /// Whether the request named a webhook.
    pub(crate) webhook: bool,
    pub(crate) response: RecordedResponse,
    changes: Vec<Observation>,
    state: RecordedState,
    last: Map<String, Value>,
    /// What an earlier run removed.
    removed: Vec<Removed>,
    /// The size of the changes' texts, in bytes.
    bytes: u64,
    /// Whether changes were dropped, since they were too much.
    shortened: bool,
}

/// A file of an output, and the text of the output that it replaces.
#[derive(Debug, Clone)]
pub(crate) struct SavedFile {
    pub(crate) source: String,
    pub(crate) file: RecordedFile,
}

impl Draft {
    pub(crate) fn new(
        recorded_at: String,
        upstream: String,
        request: RecordedRequest,
        response: RecordedResponse,
    ) -> Self {
        Self {
            recorded_at,
            upstream,
            request,
            webhook: false,
            response,
            changes: Vec::new(),
            state: RecordedState::default(),
            last: Map::new(),
            removed: Vec::new(),
            bytes: 0,
            shortened: false,
        }
    }

    /// Goes on with an incomplete recording. Its outputs are observed anew.
    pub(crate) fn resumed(recording: Recording) -> Self {
        let mut reached = RecordedState::default();
        recording.life.iter().for_each(|change| reached.apply(change));
        let logs = reached.logs;
        let Recording { recorded_at, upstream, request, response, prediction, removed, .. } =
            recording;
        let mut changes = recording.life;
        for change in &mut changes {
            (change.output, change.output_appended) = (None, None);
        }
        let status = changes.last().map(|last| last.status.clone()).unwrap_or_default();
        Self {
            bytes: changes.iter().map(size).sum(),
            changes,
            state: RecordedState { status, logs, output: None },
            last: prediction,
            removed,
            ..Self::new(recorded_at, upstream, request, response)
        }
    }

    /// Adds what was observed this long after the create was sent.
    pub(crate) fn observe(&mut self, prediction: &Map<String, Value>, after_seconds: f64) {
        let text = |name: &str| prediction.get(name).and_then(Value::as_str).unwrap_or_default();
        let next = RecordedState {
            status: text("status").to_owned(),
            logs: text("logs").to_owned(),
            output: prediction.get("output").filter(|output| !output.is_null()).cloned(),
        };
        let before = self.changes.last().map_or(0.0, |last| last.after_seconds);
        // One that is found after weeks is recorded, too.
        let after_seconds = micros(after_seconds.clamp(before, MAX_SECONDS));
        if let Some(change) = self.state.change_to(&next, after_seconds) {
            self.bytes = self.bytes.saturating_add(size(&change));
            self.changes.push(change);
        }
        if self.bytes > MAX_JSON_BYTES {
            // No recording is that large, and a gateway may rewrite its logs with every poll.
            let whole = RecordedState::default().change_to(&next, after_seconds);
            self.changes = whole.into_iter().collect();
            self.bytes = self.changes.iter().map(size).sum();
            self.shortened = true;
        }
        self.state = next;
        self.last.clone_from(prediction);
    }

    /// Why its life is not all that was observed; `None` if it is.
    pub(crate) fn shortened(&self) -> Option<String> {
        let why = || {
            format!(
                "its logs and outputs changed by more than {MAX_JSON_BYTES} bytes; only the last are kept"
            )
        };
        self.shortened.then(why)
    }

    /// A field of the last observed state.
    pub(crate) fn field(&self, name: &str) -> Option<&Value> {
        self.last.get(name)
    }

    /// The last observed status.
    pub(crate) fn status(&self) -> &str {
        &self.state.status
    }

    /// The last observed output.
    pub(crate) fn output(&self) -> Option<&Value> {
        self.state.output.as_ref()
    }

    /// The recording, redacted. `incomplete` says why it cannot be replayed.
    pub(crate) fn recording(
        &self,
        files: &[SavedFile],
        incomplete: Vec<String>,
        mut redaction: Redaction<'_>,
    ) -> Recording {
        self.removed.iter().for_each(|removed| redaction.note(removed.at.clone(), removed.what));
        let mut request = self.request.clone();
        redaction.object(&mut request.input, Place::Input, "/request/input");
        for (text, at) in [
            (&mut request.model, "/request/model"),
            (&mut request.version, "/request/version"),
            (&mut request.prefer, "/request/prefer"),
            (&mut request.cancel_after, "/request/cancel_after"),
        ] {
            if let Some(text) = text {
                redaction.text_at(text, Place::Elsewhere, at);
            }
        }
        if self.webhook {
            redaction.note("/request/webhook", RemovedKind::Webhook);
        }
        let life = self.life(files, &mut redaction);
        let mut prediction = self.last.clone();
        redaction.prediction(&mut prediction);
        if let Some(output) = prediction.get_mut("output") {
            place_files(output, files);
            redaction.value(output, Place::Output, "/prediction/output");
        }
        prediction.insert("status".to_owned(), life.last().map(|last| &*last.status).into());
        let mut incomplete = incomplete;
        for text in &mut incomplete {
            *text = redaction.text(text, Place::Elsewhere).0;
        }
        Recording {
            format: FORMAT,
            recorded_at: self.recorded_at.clone(),
            upstream: self.upstream.clone(),
            request,
            response: self.response.clone(),
            prediction,
            life,
            files: files.iter().map(|saved| saved.file.clone()).collect(),
            removed: redaction.into_removed(),
            incomplete,
        }
    }

    /// The observed life, redacted state by state: a key may have come in two parts.
    fn life(&self, files: &[SavedFile], redaction: &mut Redaction<'_>) -> Vec<Observation> {
        let (mut raw, mut clean) = (RecordedState::default(), RecordedState::default());
        let mut life = Vec::<Observation>::new();
        let (mut known_logs, mut known_output) = (BTreeSet::new(), BTreeSet::new());
        for (index, change) in self.changes.iter().enumerate() {
            raw.apply(change);
            let is_last = index + 1 == self.changes.len();
            let logs = if is_last { &raw.logs } else { whole_words(&raw.logs, &self.state.logs) };
            let (logs, in_logs) = redaction.text(logs, Place::Elsewhere);
            let mut output = raw.output.clone();
            let mut in_output = BTreeSet::new();
            if let Some(output) = &mut output {
                place_files(output, files);
                clean_texts(output, &mut |text| {
                    let (clean, found) = redaction.text(text, Place::Output);
                    in_output.extend(found);
                    *text = clean;
                });
            }
            let (status, _) = redaction.text(&raw.status, Place::Elsewhere);
            let next = RecordedState { status, logs, output };
            let unchanged = || Observation::unchanged(&next.status, change.after_seconds);
            let change = clean
                .change_to(&next, change.after_seconds)
                .or_else(|| (is_last || index == 0).then(unchanged));
            let Some(change) = change else { continue };
            for (found, known, name) in
                [(in_logs, &mut known_logs, "logs"), (in_output, &mut known_output, "output")]
            {
                for what in found.difference(known) {
                    redaction.note(format!("/life/{}/{name}", life.len()), *what);
                }
                *known = found;
            }
            life.push(change);
            clean = next;
        }
        life
    }
}

/// The size of a change's texts, in bytes.
fn size(change: &Observation) -> u64 {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let appended = change.output_appended.iter().flatten().chain(&change.output);
    let bytes = text(&change.logs) + text(&change.logs_appended);
    u64::try_from(bytes + appended.map(value_size).sum::<usize>()).unwrap_or(u64::MAX)
}

fn value_size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| value_size(item) + 1).sum(),
        Value::Object(items) => {
            items.iter().map(|(name, item)| name.len() + value_size(item) + 1).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 8,
    }
}

/// The logs so far up to their last whole word, if they go on in the middle of one.
fn whole_words<'a>(logs: &'a str, all: &str) -> &'a str {
    let ends = |c: Option<char>| c.is_none_or(char::is_whitespace);
    match all.strip_prefix(logs) {
        Some(rest) if !ends(rest.chars().next()) && !ends(logs.chars().next_back()) => {
            logs.rfind(char::is_whitespace).map_or("", |at| &logs[..at])
        }
        _ => logs,
    }
}

fn clean_texts(value: &mut Value, clean: &mut dyn FnMut(&mut String)) {
    match value {
        Value::String(text) => clean(text),
        Value::Array(items) => items.iter_mut().for_each(|item| clean_texts(item, clean)),
        Value::Object(items) => items.values_mut().for_each(|item| clean_texts(item, clean)),
        _ => {}
    }
}

/// Replaces the texts of files by their placeholders.
fn place_files(output: &mut Value, files: &[SavedFile]) {
    match output {
        Value::String(text) => {
            if let Some(saved) = files.iter().find(|saved| saved.source == *text) {
                *output = json!({FILE: saved.file.name});
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| place_files(item, files)),
        Value::Object(items) => items.values_mut().for_each(|item| place_files(item, files)),
        _ => {}
    }
}

/// The texts of an output that stand for files: URLs, and long `data:` URIs. Each once, with JSON
/// pointers to its places.
pub(crate) fn file_sources(output: &Value) -> Vec<(String, Vec<String>)> {
    let mut sources = Vec::new();
    collect_sources(output, "", &mut sources);
    sources
}

fn collect_sources(output: &Value, at: &str, sources: &mut Vec<(String, Vec<String>)>) {
    match output {
        Value::String(text) if is_file(text) => {
            match sources.iter_mut().find(|(source, _)| source == text) {
                Some((_, places)) => places.push(at.to_owned()),
                None => sources.push((text.clone(), vec![at.to_owned()])),
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_sources(item, &format!("{at}/{index}"), sources);
            }
        }
        Value::Object(items) => {
            for (name, item) in items {
                collect_sources(item, &format!("{at}/{}", escaped(name)), sources);
            }
        }
        _ => {}
    }
}

fn is_file(text: &str) -> bool {
    let starts =
        |start: &str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    if starts("data:") {
        return text.len() > SHORT_INLINE && text.contains(',');
    }
    // A text that merely contains a URL is a text.
    (starts("https://") || starts("http://"))
        && !text.contains(char::is_whitespace)
        && reqwest::Url::parse(text).is_ok()
}

/// Whether an output has the reserved name as a model would write it.
pub(crate) fn has_reserved_name(output: &Value) -> bool {
    match output {
        Value::Object(items) => items.contains_key(FILE) || items.values().any(has_reserved_name),
        Value::Array(items) => items.iter().any(has_reserved_name),
        _ => false,
    }
}

/// Seconds, to the microsecond.
pub(crate) fn micros(seconds: f64) -> f64 {
    (seconds * 1e6).round() / 1e6
}
