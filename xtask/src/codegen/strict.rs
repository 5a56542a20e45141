//! Reads a document strictly: a missing key, a wrong type or an unknown key is an error that names
//! its place.

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::{Map, Value};

/// Fails when `map` has a key that is not in `known`.
pub(crate) fn only(map: &Map<String, Value>, known: &[&str], place: &str) -> Result<()> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => bail!("{place}: codegen does not understand the key {key}"),
        None => Ok(()),
    }
}

pub(crate) fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| anyhow!("{place} is not an object"))
}

pub(crate) fn object_at<'a>(value: &'a Value, pointer: &str) -> Result<&'a Map<String, Value>> {
    object(value.pointer(pointer).unwrap_or(&Value::Null), pointer)
}

pub(crate) fn string(map: &Map<String, Value>, key: &str, place: &str) -> Result<String> {
    let text = map.get(key).and_then(Value::as_str).unwrap_or_default().trim();
    ensure!(!text.is_empty(), "{place}: {key} is missing, empty or not text");
    Ok(text.to_owned())
}

pub(crate) fn strings(map: &Map<String, Value>, key: &str, place: &str) -> Result<Vec<String>> {
    let list = map.get(key).and_then(Value::as_array);
    let list = list.with_context(|| format!("{place}: {key} is missing or not a list"))?;
    list.iter()
        .map(|word| word.as_str().map(str::to_owned))
        .collect::<Option<Vec<_>>>()
        .with_context(|| format!("{place}: {key} is not a list of words"))
}
