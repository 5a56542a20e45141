//! The JSON of a prediction, with the keys that the gateway's own answers have at each stage.

use crate::life::Moment;
use crate::logs;
use crate::origin::Origin;
use crate::store::Record;
use jiff::Timestamp;
use quickrouter_api::{Status, routes};
use serde_json::{Map, Value, json};
use std::time::{Duration, SystemTime};

/// What is said for the version of a model that has none in the contract.
pub(crate) const HIDDEN: &str = "hidden";

/// A prediction as it is at `now`, with URLs on `origin`.
pub(crate) fn prediction(record: &Record, now: SystemTime, origin: &Origin) -> Value {
    let moment = record.at(now);
    let outputs = moment.status == Status::Succeeded && !moment.removed;
    at_moment(record, &moment, outputs, origin)
}

/// A prediction as it is told of a moment: `outputs` says whether it has them by then.
pub(crate) fn at_moment(record: &Record, moment: &Moment, outputs: bool, origin: &Origin) -> Value {
    let life = &record.life;
    let mut json = Map::new();
    let mut put = |key: &str, value: Value| json.insert(key.to_owned(), value);
    put("id", record.id.as_str().into());
    put("model", record.model.name.into());
    put("version", record.model.version.unwrap_or(HIDDEN).into());
    put("input", if moment.removed { json!({}) } else { Value::clone(&record.input) });
    put("logs", written(record, moment).into());
    if moment.is_terminal() || outputs {
        put("output", if outputs { output(record, origin) } else { Value::Null });
    }
    put("error", if moment.status == Status::Failed { life.error().into() } else { Value::Null });
    put("status", moment.status.as_str().into());
    put("created_at", time(record.life.created_at).into());
    if let Some(deadline) = record.life.deadline {
        put("deadline", time(deadline).into());
    }
    if let Some(started) = moment.started_at {
        put("started_at", time(started).into());
    }
    if let Some(completed) = moment.completed_at {
        put("completed_at", time(completed).into());
        put("metrics", metrics(record, moment, completed));
    }
    put("data_removed", moment.removed.into());
    put(
        "urls",
        json!({
            "get": origin.route(&routes::GET_PREDICTION, &[&record.id]),
            "cancel": origin.route(&routes::CANCEL_PREDICTION, &[&record.id]),
            "stream": origin.route(&routes::STREAM_PREDICTION, &[&record.stream]),
        }),
    );
    Value::Object(json)
}

fn written(record: &Record, moment: &Moment) -> String {
    if moment.removed || moment.started_at.is_none() {
        return String::new();
    }
    logs::after(&record.life.plan, moment.ran)
}

/// One URL or a list of them, as the contract says of the model.
fn output(record: &Record, origin: &Origin) -> Value {
    if record.model.output_schema()["type"] == "array" {
        record.outputs().map(|index| origin.output(&record.id, index)).collect()
    } else {
        origin.output(&record.id, 0).into()
    }
}

fn metrics(record: &Record, moment: &Moment, completed: SystemTime) -> Value {
    let total = completed.duration_since(record.life.created_at).unwrap_or_default();
    match moment.started_at {
        Some(_) => json!({"predict_time": seconds(moment.ran), "total_time": seconds(total)}),
        None => json!({"total_time": seconds(total)}),
    }
}

/// Seconds, to the microsecond.
fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e6
}

/// RFC 3339 with microseconds.
pub(crate) fn time(time: SystemTime) -> String {
    let stamp = Timestamp::try_from(time).unwrap_or_default();
    format!("{stamp:.6}")
}
