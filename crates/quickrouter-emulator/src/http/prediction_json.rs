//! The JSON of a prediction, with the keys that the gateway's responses have at each stage.

use crate::http::origin::Origin;
use crate::http::recorded_output;
use crate::model::lifecycle::Snapshot;
use crate::model::logs;
use crate::model::outputs::{JsonOutput, Part};
use crate::state::predictions::Record;
use crate::wire::time::time;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use quickrouter_api::{Status, routes};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

/// Shown in place of a removed input.
static REMOVED: LazyLock<Box<RawValue>> =
    LazyLock::new(|| RawValue::from_string("{}".to_owned()).expect("JSON"));

/// Keys that a replayed prediction has even if the recorded one lacks them.
const ALWAYS: [&str; 4] = ["id", "input", "status", "urls"];

/// A prediction as the API shows it. It serializes itself, since most are requested again and
/// again.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum PredictionJson<'a> {
    Drawn(DrawnJson<'a>),
    Replayed(ReplayedJson<'a>),
}

/// A prediction of the emulator's own.
#[derive(Serialize)]
pub(crate) struct DrawnJson<'a> {
    id: &'a str,
    model: &'a str,
    version: &'a str,
    input: &'a RawValue,
    logs: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<Output<'a>>,
    error: Option<String>,
    status: Status,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    deadline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metrics: Option<Metrics>,
    data_removed: bool,
    urls: Urls,
}

/// A replayed prediction: with the keys and values that were recorded, but for what is its own.
pub(crate) struct ReplayedJson<'a> {
    /// All that is recorded of its end.
    fields: &'a Map<String, Value>,
    /// How the emulator would show it.
    own: DrawnJson<'a>,
    /// The status as the gateway wrote it, if it is still that of the recording.
    word: Option<&'a str>,
    /// The output; `None` if there is none so far.
    output: Option<Value>,
    terminal: bool,
    /// Whether it came to its recorded end.
    complete: bool,
}

impl Serialize for ReplayedJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let own = |key: &str| !self.fields.contains_key(key) && self.is_needed(key);
        let more = ["data_removed", "deadline", "error", "logs", "output"]
            .into_iter()
            .chain(ALWAYS)
            .filter(|key| own(key));
        let recorded = self.fields.iter().map(|(key, value)| (key.as_str(), value));
        for (key, recorded) in recorded.chain(more.map(|key| (key, &Value::Null))) {
            self.entry(&mut map, key, recorded)?;
        }
        map.end()
    }
}

impl ReplayedJson<'_> {
    /// Whether this key is shown though it was not recorded.
    fn is_needed(&self, key: &str) -> bool {
        match key {
            "data_removed" => self.own.data_removed,
            "deadline" => self.own.deadline.is_some(),
            "error" => self.own.error.is_some() && !self.complete,
            "logs" => !self.own.logs.is_empty(),
            "output" => self.output.is_some(),
            _ => ALWAYS.contains(&key),
        }
    }

    /// One key with its value, unless it comes only later.
    fn entry<M: SerializeMap>(
        &self,
        map: &mut M,
        key: &str,
        recorded: &Value,
    ) -> Result<(), M::Error> {
        let own = &self.own;
        match key {
            "id" => map.serialize_entry(key, own.id),
            "input" => map.serialize_entry(key, own.input),
            "logs" if own.logs.is_empty() && recorded.is_null() => map.serialize_entry(key, &()),
            "logs" => map.serialize_entry(key, &own.logs),
            "status" => map.serialize_entry(key, self.word.unwrap_or(own.status.as_str())),
            "output" if self.output.is_some() || self.terminal => {
                map.serialize_entry(key, &self.output)
            }
            "error" if !self.complete => map.serialize_entry(key, &own.error),
            "created_at" => map.serialize_entry(key, &own.created_at),
            "started_at" if own.started_at.is_some() => map.serialize_entry(key, &own.started_at),
            "completed_at" if self.terminal => map.serialize_entry(key, &own.completed_at),
            "metrics" if self.terminal && !self.complete => map.serialize_entry(key, &own.metrics),
            "metrics" if !self.terminal => Ok(()),
            "deadline" if own.deadline.is_some() => map.serialize_entry(key, &own.deadline),
            "data_removed" => map.serialize_entry(key, &own.data_removed),
            "urls" => map.serialize_entry(key, &own.urls),
            "output" | "started_at" | "completed_at" | "deadline" => Ok(()),
            _ => map.serialize_entry(key, recorded),
        }
    }
}

/// Typical size in bytes, with a short input and log.
const USUAL: usize = 1536;

impl IntoResponse for PredictionJson<'_> {
    fn into_response(self) -> Response {
        let mut written = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut written, &self).expect("its keys are texts");
        // No spare capacity, since the request log keeps it.
        let body = Bytes::from(written.into_boxed_slice());
        ([(header::CONTENT_TYPE, "application/json")], body).into_response()
    }
}

/// One part or a list of parts, as the model's schema says; null if there is none.
#[derive(Serialize)]
#[serde(untagged)]
enum Output<'a> {
    None(()),
    One(PartJson<'a>),
    Many(Vec<PartJson<'a>>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum PartJson<'a> {
    Url(String),
    Text(&'a str),
    Json(Cow<'a, Value>),
}

#[derive(Serialize)]
struct Metrics {
    #[serde(skip_serializing_if = "Option::is_none")]
    predict_time: Option<f64>,
    total_time: f64,
}

#[derive(Serialize)]
struct Urls {
    get: String,
    cancel: String,
    stream: String,
    web: String,
}

/// A prediction as it is at `now`, with URLs on `origin`.
pub(crate) fn prediction<'a>(
    record: &'a Record,
    now: SystemTime,
    origin: &Origin,
) -> PredictionJson<'a> {
    let snapshot = record.at(now);
    let outputs = snapshot.has_all() && !snapshot.removed;
    at_snapshot(record, &snapshot, outputs, origin)
}

/// A prediction as of a snapshot; `outputs` says whether it has its outputs by then.
pub(crate) fn at_snapshot<'a>(
    record: &'a Record,
    snapshot: &Snapshot,
    outputs: bool,
    origin: &Origin,
) -> PredictionJson<'a> {
    let Some(replay) = record.lifecycle.plan.recorded() else {
        let parts = if outputs { record.parts() } else { record.parts_at(snapshot) };
        return PredictionJson::Drawn(drawn(record, snapshot, outputs, parts, origin));
    };
    let shown = record.recorded_at(snapshot, outputs || snapshot.has_all());
    let word = match (snapshot.is_terminal(), snapshot.complete) {
        (true, true) => Some(replay.end_word()),
        (true, false) => None,
        (false, _) => Some(replay.word_at(snapshot.started_at.map(|_| snapshot.ran))),
    };
    PredictionJson::Replayed(ReplayedJson {
        fields: &replay.fields,
        word,
        output: shown.and_then(|shown| recorded_output::output(record, shown, origin)),
        terminal: snapshot.is_terminal(),
        complete: snapshot.complete,
        own: drawn(record, snapshot, false, Vec::new(), origin),
    })
}

fn drawn<'a>(
    record: &'a Record,
    snapshot: &Snapshot,
    outputs: bool,
    parts: Vec<Part<'a>>,
    origin: &Origin,
) -> DrawnJson<'a> {
    let lifecycle = &record.lifecycle;
    let told = snapshot.is_terminal() || outputs || !parts.is_empty();
    DrawnJson {
        id: &record.id,
        model: &record.model.name,
        version: &record.version,
        input: if snapshot.removed { &REMOVED } else { &record.input },
        logs: written(record, snapshot),
        output: told.then(|| output(record, parts, origin)),
        error: (snapshot.status == Status::Failed).then(|| lifecycle.error()),
        created_at: time(lifecycle.created_at),
        deadline: lifecycle.deadline.map(time),
        started_at: snapshot.started_at.map(time),
        completed_at: snapshot.completed_at.map(time),
        metrics: snapshot.completed_at.map(|completed| metrics(record, snapshot, completed)),
        data_removed: snapshot.removed,
        status: snapshot.status.clone(),
        urls: Urls {
            get: origin.route(&routes::GET_PREDICTION, &[&record.id]),
            cancel: origin.route(&routes::CANCEL_PREDICTION, &[&record.id]),
            stream: origin.route(&routes::STREAM_PREDICTION, &[&record.stream]),
            web: origin.page(&record.id),
        },
    }
}

fn written(record: &Record, snapshot: &Snapshot) -> String {
    if snapshot.removed || snapshot.started_at.is_none() {
        return String::new();
    }
    logs::after(&record.lifecycle.plan, snapshot.ran)
}

fn output<'a>(record: &Record, parts: Vec<Part<'a>>, origin: &Origin) -> Output<'a> {
    let written = |part| match part {
        Part::File(index) => PartJson::Url(file_url(record, index, origin)),
        Part::Text(text) => PartJson::Text(text),
        Part::Json(json) => PartJson::Json(json_output(record, json, origin)),
        Part::Recorded(value) => {
            PartJson::Json(Cow::Owned(recorded_output::with_urls(record, value, origin)))
        }
    };
    let mut parts = parts.into_iter().map(written);
    if record.lifecycle.plan.outputs.is_list() {
        let parts: Vec<_> = parts.collect();
        return if parts.is_empty() { Output::None(()) } else { Output::Many(parts) };
    }
    parts.next().map_or(Output::None(()), Output::One)
}

/// The absolute URL of a file of the output, or a `data:` URI if it was recorded as one.
pub(crate) fn file_url(record: &Record, index: usize, origin: &Origin) -> String {
    recorded_output::shown_url(record, index, origin)
}

/// JSON with the URLs of its files; null in place of one that was dropped.
pub(crate) fn json_output<'a>(
    record: &Record,
    json: &'a JsonOutput,
    origin: &Origin,
) -> Cow<'a, Value> {
    if json.files.is_empty() {
        return Cow::Borrowed(&json.value);
    }
    let mut value = json.value.clone();
    for index in record.files() {
        let place = json.files.get(index).and_then(|file| value.pointer_mut(&file.pointer));
        if let Some(place) = place {
            *place = file_url(record, index, origin).into();
        }
    }
    Cow::Owned(value)
}

fn metrics(record: &Record, snapshot: &Snapshot, completed: SystemTime) -> Metrics {
    let total = completed.duration_since(record.lifecycle.created_at).unwrap_or_default();
    let predict_time = snapshot.started_at.map(|_| seconds(snapshot.ran));
    Metrics { predict_time, total_time: seconds(total) }
}

/// Seconds, to the microsecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}
