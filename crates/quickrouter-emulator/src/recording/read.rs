//! Reads one recording, strictly.

use crate::error::Error;
use crate::recording::format::{FILE, FORMAT, Recording};
use crate::wire::json;
use serde_json::Value;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// Largest recording, in bytes; its files do not count.
pub(super) const MAX_JSON_BYTES: u64 = 64 * 1024 * 1024;
/// Most files of a recording.
const MAX_FILES: usize = 1000;
/// Most observations of a recording.
const MAX_OBSERVATIONS: usize = 100_000;
/// Longest life of a recording, in seconds: a week.
pub(super) const MAX_SECONDS: f64 = 7.0 * 24.0 * 3600.0;
/// Longest name of a file.
const MAX_NAME: usize = 200;

/// Reads the recording at `path` and checks it, and that its files are beside it.
///
/// # Errors
/// [`Error::Recording`], which names the file and the place in it.
pub(super) fn read(path: &Path) -> Result<Recording, Error> {
    let failed = |why: String| Error::Recording { path: path.to_owned(), why };
    let metadata = fs::symlink_metadata(path).map_err(|error| failed(error.to_string()))?;
    if !metadata.is_file() {
        return Err(failed("it is not a regular file; links are not followed".to_owned()));
    }
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_JSON_BYTES + 1).read_to_end(&mut text))
        .map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > MAX_JSON_BYTES {
        return Err(failed(format!("it is larger than {MAX_JSON_BYTES} bytes")));
    }
    let recording = parse(&text).map_err(failed)?;
    check_files(&recording, path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
    Ok(recording)
}

/// Whether a recording that is about to be written can be read.
pub(super) fn read_back(text: &[u8]) -> Result<(), String> {
    if text.len() as u64 > MAX_JSON_BYTES {
        return Err(format!("it is larger than {MAX_JSON_BYTES} bytes"));
    }
    parse(text).map(drop)
}

/// Parses and checks a recording, but for its files' being there.
pub(super) fn parse(text: &[u8]) -> Result<Recording, String> {
    let value = json::parse(text).map_err(|error| format!("it is not JSON: {error}"))?;
    match value.get("format").map(Value::as_u64) {
        Some(Some(FORMAT)) => {}
        Some(_) => {
            return Err(format!(
                "format: {} is unknown; this version reads format {FORMAT}",
                value["format"]
            ));
        }
        None => return Err(format!("it has no \"format\"; a recording has {FORMAT} there")),
    }
    let recording: Recording = serde_path_to_error::deserialize(value).map_err(|error| {
        let place = error.path().to_string();
        format!("{place}: {}", error.inner())
    })?;
    check(&recording)?;
    Ok(recording)
}

fn check(recording: &Recording) -> Result<(), String> {
    let Recording { prediction, life, files, .. } = recording;
    if life.is_empty() || life.len() > MAX_OBSERVATIONS {
        return Err(format!("life: must have 1 to {MAX_OBSERVATIONS} entries, not {}", life.len()));
    }
    let mut before = 0.0;
    for (index, observation) in life.iter().enumerate() {
        let after = observation.after_seconds;
        if !(before..=MAX_SECONDS).contains(&after) {
            return Err(format!(
                "life[{index}].after_seconds: must ascend from 0 to {MAX_SECONDS}, not {after}"
            ));
        }
        before = after;
    }
    let last = life.last().map(|last| last.status.as_str());
    if prediction.get("status").and_then(Value::as_str) != last {
        return Err("prediction.status: must be the status of the last entry of life".to_owned());
    }
    if files.len() > MAX_FILES {
        return Err(format!("files: must be at most {MAX_FILES}, not {}", files.len()));
    }
    let mut names = HashSet::new();
    for (index, file) in files.iter().enumerate() {
        for (field, name) in [("name", &file.name), ("original_name", &file.original_name)] {
            if !is_file_name(name) {
                return Err(format!(
                    "files[{index}].{field}: {name:?} is not a plain file name: letters, digits, \
                     '.', '_' and '-', not starting with '.', at most {MAX_NAME}"
                ));
            }
        }
        if http::HeaderValue::from_str(&file.media_type).is_err() {
            return Err(format!("files[{index}].media_type: {:?} is none", file.media_type));
        }
        if !names.insert(file.name.as_str()) {
            return Err(format!("files[{index}].name: {:?} is there twice", file.name));
        }
    }
    let outputs = life.iter().enumerate().flat_map(|(index, observation)| {
        let whole = observation.output.iter();
        let all = whole.chain(observation.output_appended.iter().flatten());
        all.map(move |output| (format!("life[{index}]"), output))
    });
    let last = prediction.get("output").map(|output| ("prediction.output".to_owned(), output));
    // What is incomplete may be so since its output has the reserved name itself.
    for (place, output) in outputs.chain(last).filter(|_| recording.is_complete()) {
        if let Some(why) = bad_placeholder(output, &names) {
            return Err(format!("{place}: {why}"));
        }
    }
    Ok(())
}

/// What is wrong with a placeholder in this output.
fn bad_placeholder(output: &Value, names: &HashSet<&str>) -> Option<String> {
    match output {
        Value::Object(object) => match object.get(FILE) {
            Some(_) if object.len() > 1 => {
                let other = object.keys().find(|key| *key != FILE)?;
                Some(format!("{FILE} must be the only key of its object, which has {other:?}, too"))
            }
            Some(Value::String(name)) if names.contains(name.as_str()) => None,
            Some(name) => Some(format!("{FILE} names {name}, which is not in files")),
            None => object.values().find_map(|value| bad_placeholder(value, names)),
        },
        Value::Array(items) => items.iter().find_map(|item| bad_placeholder(item, names)),
        _ => None,
    }
}

/// Whether a name is one of a file, and no path.
pub(crate) fn is_file_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && !name.starts_with('.')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn check_files(recording: &Recording, folder: &Path) -> Result<(), String> {
    // What is incomplete is not replayed, so its files may be missing.
    for file in recording.files.iter().filter(|_| recording.is_complete()) {
        let metadata = fs::symlink_metadata(folder.join(&file.name))
            .map_err(|error| format!("its file {}: {error}", file.name))?;
        if !metadata.is_file() {
            return Err(format!("its file {} is not a regular one", file.name));
        }
        if metadata.len() != file.bytes {
            let (wanted, found) = (file.bytes, metadata.len());
            return Err(format!("its file {} has {found} bytes, not {wanted}", file.name));
        }
    }
    Ok(())
}
