//! The JSON of a prediction, with the keys that the gateway's responses have at each stage.

use crate::http::origin::Origin;
use crate::model::lifecycle::Snapshot;
use crate::model::logs;
use crate::model::outputs::{JsonOutput, Part};
use crate::state::predictions::Record;
use crate::wire::time::time;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use quickrouter_api::{Status, routes};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

/// Shown in place of a removed input.
static REMOVED: LazyLock<Box<RawValue>> =
    LazyLock::new(|| RawValue::from_string("{}".to_owned()).expect("JSON"));

/// A prediction as the API shows it. It serializes itself, since most are requested again and
/// again.
#[derive(Serialize)]
pub(crate) struct PredictionJson<'a> {
    id: &'a str,
    model: &'a str,
    version: &'a str,
    input: &'a RawValue,
    pub(crate) logs: String,
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
    let outputs = snapshot.status == Status::Succeeded && !snapshot.removed;
    at_snapshot(record, snapshot, outputs, origin)
}

/// A prediction as of a snapshot; `outputs` says whether it has its outputs by then.
pub(crate) fn at_snapshot<'a>(
    record: &'a Record,
    snapshot: Snapshot,
    outputs: bool,
    origin: &Origin,
) -> PredictionJson<'a> {
    let lifecycle = &record.lifecycle;
    let parts = if outputs { record.parts() } else { record.parts_at(&snapshot) };
    let told = snapshot.is_terminal() || outputs || !parts.is_empty();
    PredictionJson {
        id: &record.id,
        model: &record.model.name,
        version: &record.version,
        input: if snapshot.removed { &REMOVED } else { &record.input },
        logs: written(record, &snapshot),
        output: told.then(|| output(record, parts, origin)),
        error: (snapshot.status == Status::Failed).then(|| lifecycle.error()),
        created_at: time(lifecycle.created_at),
        deadline: lifecycle.deadline.map(time),
        started_at: snapshot.started_at.map(time),
        completed_at: snapshot.completed_at.map(time),
        metrics: snapshot.completed_at.map(|completed| metrics(record, &snapshot, completed)),
        data_removed: snapshot.removed,
        status: snapshot.status,
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
    };
    let mut parts = parts.into_iter().map(written);
    if record.lifecycle.plan.outputs.is_list() {
        let parts: Vec<_> = parts.collect();
        return if parts.is_empty() { Output::None(()) } else { Output::Many(parts) };
    }
    parts.next().map_or(Output::None(()), Output::One)
}

/// The absolute URL of a file of the output.
pub(crate) fn file_url(record: &Record, index: usize, origin: &Origin) -> String {
    origin.output(&record.id, index, record.lifecycle.plan.outputs.media(index))
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
