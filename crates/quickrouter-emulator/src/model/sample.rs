//! A value that a schema describes, for outputs that are JSON.

use crate::model::output_kind::{media_by_name, referred};
use crate::model::outputs::{FilePlace, JsonOutput};
use serde_json::{Map, Value, json};

/// How deep a value goes: the emulator's own limit.
const MAX_DEPTH: usize = 16;
/// How many parts it has: the emulator's own limit, since schemas can refer to themselves.
const MAX_PARTS: usize = 2_000;
/// How many files it has.
const MAX_FILES: usize = 64;

/// A value of the document's `Output`, with files where the schema has URLs.
pub(crate) fn value(document: &Value, seed: &str) -> JsonOutput {
    let mut sample = Sample { document, seed, left: MAX_PARTS, files: Vec::new() };
    let schema = &document["components"]["schemas"]["Output"];
    let value = sample.of(schema, "", MAX_DEPTH);
    JsonOutput { value, files: sample.files }
}

struct Sample<'a> {
    document: &'a Value,
    seed: &'a str,
    /// How many more parts there may be.
    left: usize,
    files: Vec<FilePlace>,
}

impl Sample<'_> {
    /// A value for the schema at this place, a JSON pointer.
    fn of(&mut self, schema: &Value, place: &str, depth: usize) -> Value {
        if depth == 0 || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        if let Some(reference) = schema["$ref"].as_str() {
            return self.of(referred(self.document, reference), place, depth - 1);
        }
        let given = ["const", "default", "example"].iter().find_map(|key| schema.get(*key));
        if let Some(given) = given.or_else(|| schema["enum"].get(0)) {
            return given.clone();
        }
        let first = ["allOf", "anyOf", "oneOf"].iter().find_map(|key| schema[*key].get(0));
        if let Some(first) = first {
            return self.of(first, place, depth - 1);
        }
        match schema["type"].as_str() {
            Some("object") => self.object(schema, place, depth),
            Some("array") => {
                json!([self.of(&schema["items"], &format!("{place}/0"), depth - 1)])
            }
            Some("integer") => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
            Some("number") => schema.get("minimum").cloned().unwrap_or_else(|| json!(0.5)),
            Some("boolean") => json!(true),
            Some("string") => self.string(schema, place),
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, place: &str, depth: usize) -> Value {
        let mut filled = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
            filled.insert(name.clone(), self.of(inner, &place, depth - 1));
        }
        Value::Object(filled)
    }

    fn string(&mut self, schema: &Value, place: &str) -> Value {
        match schema["format"].as_str() {
            Some("uri") if self.files.len() < MAX_FILES => {
                self.files
                    .push(FilePlace { pointer: place.to_owned(), media: media_by_name(place) });
                Value::Null
            }
            Some("date-time") => json!("2023-11-14T22:13:20Z"),
            Some("date") => json!("2023-11-14"),
            _ => json!(format!("emulated ({})", self.seed)),
        }
    }
}
