//! What a model puts out, by the schema of its output: <https://cog.run/python/#output>.

use crate::model::behavior::OutputKind;
use crate::model::outputs::Media;
use serde_json::{Map, Value};

/// How many references are followed.
const MAX_REFERENCES: usize = 16;

/// The schema of the output, with references to others followed.
pub(crate) fn schema(document: &Value) -> &Value {
    followed(document, &document["components"]["schemas"]["Output"])
}

/// What a schema is but for references, null as another choice, and lists of one.
pub(crate) fn followed<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..MAX_REFERENCES {
        if let Some(reference) = schema["$ref"].as_str() {
            schema = referred(document, reference);
            continue;
        }
        // Older versions of pydantic wrap a reference: {"allOf": [{"$ref": ...}]}. Newer ones write
        // what may be missing as {"anyOf": [..., {"type": "null"}]}.
        let choices = ["allOf", "anyOf", "oneOf"].iter().find_map(|key| schema[*key].as_array());
        let mut choices = choices.into_iter().flatten().filter(|choice| choice["type"] != "null");
        match (choices.next(), choices.next()) {
            (Some(only), None) => schema = only,
            _ => break,
        }
    }
    schema
}

/// The type of a value that is not null.
pub(crate) fn type_of(schema: &Value) -> Option<&str> {
    // OpenAPI 3.1 takes a list: ["string", "null"].
    let mut listed = schema["type"].as_array().into_iter().flatten().filter_map(Value::as_str);
    schema["type"].as_str().or_else(|| listed.find(|name| *name != "null"))
}

/// What a reference within the document leads to; null if it leads nowhere.
pub(crate) fn referred<'a>(document: &'a Value, reference: &str) -> &'a Value {
    let pointer = reference.strip_prefix('#');
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(&Value::Null)
}

/// What the schema says.
pub(crate) fn by_schema(document: &Value) -> OutputKind {
    let output = schema(document);
    let item = followed(document, &output["items"]);
    let is_file = |schema: &Value| type_of(schema) == Some("string") && schema["format"] == "uri";
    let is_text =
        |schema: &Value| type_of(schema) == Some("string") && schema.get("enum").is_none();
    let iterates = output["x-cog-array-type"] == "iterator";
    match type_of(output) {
        Some("array") if is_file(item) => {
            if iterates {
                OutputKind::ImageStream
            } else {
                OutputKind::Images
            }
        }
        Some("array") if is_text(item) => {
            let joined = output["x-cog-array-display"] == "concatenate";
            if iterates || joined { OutputKind::TextStream } else { OutputKind::TextList }
        }
        _ if is_file(output) => OutputKind::Image,
        _ if is_text(output) => OutputKind::Text,
        None if says_nothing(output) => OutputKind::Suggested,
        _ => OutputKind::Json,
    }
}

/// Whether the schema takes anything, as that of cog's `Any` does.
fn says_nothing(schema: &Value) -> bool {
    let notes = ["title", "description"];
    schema.as_object().is_none_or(|keys: &Map<String, Value>| {
        keys.keys().all(|key| notes.contains(&key.as_str()))
    })
}

/// What an output in the past says beyond the schema; `None` if that is nothing.
pub(crate) fn by_example(document: &Value, example: &Value) -> Option<OutputKind> {
    let url = example.as_str().or_else(|| example[0].as_str())?;
    let media = media_of(url)?;
    match (by_schema(document), media) {
        (OutputKind::Image | OutputKind::Images | OutputKind::Suggested, Media::Video) => {
            Some(OutputKind::Video)
        }
        (OutputKind::Image | OutputKind::Images | OutputKind::Suggested, Media::Audio) => {
            Some(OutputKind::Audio)
        }
        (OutputKind::Suggested, Media::Picture) if example.is_string() => Some(OutputKind::Image),
        _ => None,
    }
}

/// The kind of file that a URL's extension names.
fn media_of(url: &str) -> Option<Media> {
    let path = url.split(['?', '#']).next()?;
    let is_url = path.starts_with("https://") || path.starts_with("http://");
    let (_, extension) = path.rsplit_once('.').filter(|_| is_url)?;
    match extension.to_ascii_lowercase().as_str() {
        "mp4" | "mov" | "webm" | "mkv" | "avi" => Some(Media::Video),
        "wav" | "mp3" | "flac" | "ogg" | "m4a" | "opus" => Some(Media::Audio),
        "png" | "jpg" | "jpeg" | "webp" | "gif" => Some(Media::Picture),
        _ => None,
    }
}

/// The kind of file in an output of this name.
pub(crate) fn media_by_name(name: &str) -> Media {
    let name = name.to_ascii_lowercase();
    let names = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if names(&["video", "movie", "mp4"]) {
        Media::Video
    } else if names(&["audio", "speech", "voice", "sound", "music", "wav", "mp3"]) {
        Media::Audio
    } else {
        Media::Picture
    }
}
