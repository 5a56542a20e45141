//! Recorded outputs with the URLs of this emulator.

use crate::http::origin::Origin;
use crate::model::replay::{Shown, file_of};
use crate::state::predictions::Record;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::Read as _;
use std::sync::Arc;

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
        return if dropped { Value::Null } else { shown_url(record, index, origin).into() };
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

/// The `data:` URI of a file if it was recorded as one, otherwise its URL.
pub(crate) fn shown_url(record: &Record, index: usize, origin: &Origin) -> String {
    let inline = data_uri(record, index).map(|uri| uri.to_string());
    inline.unwrap_or_else(|| origin.output(record, index))
}

fn list(record: &Record, items: &[Value], origin: &Origin) -> Value {
    let dropped = |item: &Value| file_of(item).is_some_and(|index| record.dropped.contains(&index));
    let kept = items.iter().filter(|item| !dropped(item));
    let kept: Vec<Value> = kept.map(|item| with_urls(record, item, origin)).collect();
    // As for drawn outputs: a list of which everything was dropped is none.
    if kept.is_empty() && !items.is_empty() { Value::Null } else { json!(kept) }
}

/// A file that was recorded as a `data:` URI, if it is not large. It is read only once: all
/// predictions that replay it share the URI.
fn data_uri(record: &Record, index: usize) -> Option<Arc<str>> {
    let file = record.lifecycle.plan.recorded()?.inline_file(index)?;
    if let Some(known) = file.data_uri.get() {
        return Some(Arc::clone(known));
    }
    if !fs::symlink_metadata(&file.path).ok()?.is_file() {
        return None;
    }
    let mut content = Vec::new();
    File::open(&file.path).ok()?.take(file.bytes).read_to_end(&mut content).ok()?;
    let uri = format!("data:{};base64,{}", file.media_type, STANDARD.encode(content));
    Some(Arc::clone(file.data_uri.get_or_init(|| uri.into())))
}
