//! A value that a schema describes, for outputs that are JSON.

use crate::model::output_kind::{followed, media_by_name, type_of};
use crate::model::outputs::{FilePlace, JsonOutput};
use serde_json::{Map, Value, json};

/// How deep a value goes: the emulator's own limit.
const MAX_DEPTH: usize = 16;
/// How many parts it has: the emulator's own limit, since schemas can refer to themselves.
const MAX_PARTS: usize = 2_000;
/// The longest text that a schema can ask for.
const MAX_LENGTH: usize = 10_000;
/// The name of what an object has whose names are open.
const NAME: &str = "key";
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
        let schema = followed(self.document, schema);
        let given = ["const", "default", "example"].iter().find_map(|key| schema.get(*key));
        if let Some(given) = given.or_else(|| schema["enum"].get(0)) {
            return given.clone();
        }
        let first = ["allOf", "anyOf", "oneOf"].iter().find_map(|key| schema[*key].get(0));
        if let Some(first) = first {
            return self.of(first, place, depth - 1);
        }
        match type_of(schema) {
            Some("object") => self.object(schema, place, depth),
            Some("array") => self.array(schema, place, depth),
            Some("integer") => whole(schema),
            Some("number") => number(schema),
            Some("boolean") => json!(true),
            Some("string") => self.string(schema, place),
            _ => Value::Null,
        }
    }

    fn array(&mut self, schema: &Value, place: &str, depth: usize) -> Value {
        let bound =
            |name: &str| schema[name].as_u64().and_then(|count| usize::try_from(count).ok());
        let count =
            bound("minItems").unwrap_or(1).max(1).min(bound("maxItems").unwrap_or(usize::MAX));
        let items = 0..count.min(MAX_PARTS);
        items.map(|item| self.of(&schema["items"], &format!("{place}/{item}"), depth - 1)).collect()
    }

    fn object(&mut self, schema: &Value, place: &str, depth: usize) -> Value {
        let mut filled = Map::new();
        for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
            let place = format!("{place}/{}", name.replace('~', "~0").replace('/', "~1"));
            filled.insert(name.clone(), self.of(inner, &place, depth - 1));
        }
        let others = &schema["additionalProperties"];
        if filled.is_empty() && others.is_object() {
            filled.insert(NAME.to_owned(), self.of(others, &format!("{place}/{NAME}"), depth - 1));
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
            _ => json!(fitted(&format!("emulated ({})", self.seed), schema)),
        }
    }
}

/// A text as long as the schema wants it.
fn fitted(text: &str, schema: &Value) -> String {
    let bound = |name: &str| schema[name].as_u64().and_then(|count| usize::try_from(count).ok());
    let least = bound("minLength").unwrap_or(0).min(MAX_LENGTH);
    let most = bound("maxLength").unwrap_or(usize::MAX);
    let missing = least.saturating_sub(text.chars().count());
    text.chars().chain(std::iter::repeat_n('.', missing)).take(most).collect()
}

/// A number within the schema's bounds.
fn number(schema: &Value) -> Value {
    let bounds = NumberBounds::of(schema);
    let between = Some(bounds.least.unwrap_or(0.0).midpoint(bounds.most.unwrap_or(1.0)));
    let above = bounds.least.map(|least| least + 1.0);
    let below = bounds.most.map(|most| most - 1.0);
    let usual = 0.5;
    let all = [bounds.least, Some(usual), bounds.most, above, below, between];
    json!(all.into_iter().flatten().find(|number| bounds.allow(*number)).unwrap_or(usual))
}

/// A whole number within the schema's bounds.
#[allow(clippy::cast_possible_truncation, reason = "a bound that is no i64 is the nearest one")]
fn whole(schema: &Value) -> Value {
    let bounds = NumberBounds::of(schema);
    let least = bounds.least.map(f64::ceil);
    let most = bounds.most.map(f64::floor);
    let above = least.map(|least| least + 1.0);
    let below = most.map(|most| most - 1.0);
    let usual = 1.0;
    let all = [least, Some(usual), most, above, below];
    json!(all.into_iter().flatten().find(|number| bounds.allow(*number)).unwrap_or(usual) as i64)
}

/// The bounds of a number, each with whether it is itself excluded.
struct NumberBounds {
    least: Option<f64>,
    excludes_least: bool,
    most: Option<f64>,
    excludes_most: bool,
}

impl NumberBounds {
    /// A bound is exclusive by a number of its own, or by a flag, as OpenAPI 3.0 has it.
    fn of(schema: &Value) -> Self {
        let bound = |name: &str, exclusive: &str| match &schema[exclusive] {
            Value::Number(number) => (number.as_f64(), true),
            flag => (schema[name].as_f64(), flag == true),
        };
        let (least, excludes_least) = bound("minimum", "exclusiveMinimum");
        let (most, excludes_most) = bound("maximum", "exclusiveMaximum");
        Self { least, excludes_least, most, excludes_most }
    }

    fn allow(&self, number: f64) -> bool {
        let above = |least| number > least || (number >= least && !self.excludes_least);
        let below = |most| number < most || (number <= most && !self.excludes_most);
        self.least.is_none_or(above) && self.most.is_none_or(below)
    }
}
