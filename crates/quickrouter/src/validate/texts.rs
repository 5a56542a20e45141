//! The strings of an input, anywhere in its JSON.

use serde_json::{Map, Value};

use crate::detail::detail;
use crate::validate::finding::Violation;

/// Calls `visit` with the path and value of every string: `prompt`, `items[2].url`.
pub(crate) fn each(input: &Map<String, Value>, visit: &mut impl FnMut(&str, &str)) {
    for (name, value) in input {
        within(name, value, visit);
    }
}

fn within(place: &str, value: &Value, visit: &mut impl FnMut(&str, &str)) {
    match value {
        Value::String(text) => visit(place, text),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                within(&format!("{place}[{index}]"), item, visit);
            }
        }
        Value::Object(map) => {
            for (name, item) in map {
                let inner = format!("{place}.{name}");
                within(&inner, item, visit);
                // Names are strings, too.
                if name.contains('\0') {
                    visit(&inner, name);
                }
            }
        }
        _ => {}
    }
}

/// Finds strings with the character NUL. PostgreSQL cannot store it (manual, 8.3 and 8.14), so a
/// gateway that keeps predictions there responds with 500, after it may have relayed the create:
/// <https://github.com/SciPhi-AI/R2R/issues/1264>, <https://github.com/turbot/steampipe/issues/292>.
pub(crate) fn with_nul(input: &Map<String, Value>) -> Vec<Violation> {
    let mut found = Vec::new();
    each(input, &mut |place, text| {
        if let Some(at) = text.chars().position(|c| c == '\0') {
            let limit = detail!(
                HasNul,
                "contains the character NUL (U+0000) at position {position}, which gateways cannot store; remove it",
                position = at + 1
            );
            let value = Some(Value::from(text));
            found.push(Violation { field: shown(place), value, limit });
        }
    });
    for name in input.keys().filter(|name| name.contains('\0')) {
        let limit = detail!(NameHasNul, "has the character NUL (U+0000) in its name; remove it");
        found.push(Violation { field: shown(name), value: None, limit });
    }
    found
}

/// Formats a name that may contain a NUL for a message.
fn shown(name: &str) -> String {
    name.replace('\0', "\u{fffd}")
}
