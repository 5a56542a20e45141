//! Recorded outputs with the URLs of this emulator.

use crate::http::origin::Origin;
use crate::model::replay::{Shown, file_of};
use crate::state::predictions::Record;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quickrouter_api::limits;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Read as _;

/// A recorded output with the URLs of its files; without those that were dropped.
pub(crate) fn output(record: &Record, shown: Shown<'_>, origin: &Origin) -> Option<Value> {
    let output = match shown {
        Shown::Whole(value) => with_urls(record, value, origin),
        Shown::Items(items) => list(record, items, origin),
    };
    Some(output).filter(|output| !output.is_null())
}

/// A part of an output with the URLs of its files.
pub(crate) fn with_urls(record: &Record, value: &Value, origin: &Origin) -> Value {
    if let Some(index) = file_of(value).filter(|_| record.lifecycle.plan.recorded().is_some()) {
        let dropped = record.dropped.contains(&index);
        return if dropped {
            Value::Null
        } else {
            data_uri(record, index).unwrap_or_else(|| origin.output(record, index)).into()
        };
    }
    match value {
        Value::Array(items) => list(record, items, origin),
        Value::Object(object) => {
            let entries = object.iter();
            let entries = entries.map(|(key, item)| (key.clone(), with_urls(record, item, origin)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

fn list(record: &Record, items: &[Value], origin: &Origin) -> Value {
    let dropped = |item: &Value| file_of(item).is_some_and(|index| record.dropped.contains(&index));
    let kept = items.iter().filter(|item| !dropped(item));
    let kept: Vec<Value> = kept.map(|item| with_urls(record, item, origin)).collect();
    // As for drawn outputs: a list of which everything was dropped is none.
    if kept.is_empty() && !items.is_empty() { Value::Null } else { json!(kept) }
}

/// A file that was recorded as a `data:` URI, if it is not large.
pub(crate) fn data_uri(record: &Record, index: usize) -> Option<String> {
    let file = record.lifecycle.plan.recorded()?.files.get(index).filter(|file| file.inline)?;
    if file.bytes > limits::INLINE_FILE_BYTES || !fs::symlink_metadata(&file.path).ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    File::open(&file.path).ok()?.take(file.bytes).read_to_end(&mut content).ok()?;
    Some(format!("data:{};base64,{}", file.media_type, STANDARD.encode(content)))
}
