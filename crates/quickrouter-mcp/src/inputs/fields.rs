//! Single arguments: their types and lengths, and unknown names.

use quickrouter::text::{nearest, one_line};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::error::ToolError;

/// The most characters of a value in a message.
const SHOWN_CHARS: usize = 80;

/// A string that is not empty.
pub(super) fn text(name: &str, value: Value, next: &str) -> Result<String, ToolError> {
    match value {
        Value::String(text) if text.is_empty() => {
            Err(ToolError::arguments(format!("{name} is empty."), next))
        }
        Value::String(text) => Ok(text),
        other => {
            let message = format!("{name} is {}, not a string.", shown(&other));
            Err(ToolError::arguments(message, next))
        }
    }
}

/// A string of at most `most` characters, none of which controls a terminal or the order of text.
pub(super) fn within(
    name: &str,
    text: String,
    most: usize,
    next: &str,
) -> Result<String, ToolError> {
    let chars = text.chars().count();
    if chars > most {
        let message = format!("{name} has {chars} characters; the limit is {most}.");
        return Err(ToolError::arguments(message, next));
    }
    let printable = one_line(&text);
    let mut differing = text.chars().zip(printable.chars()).enumerate();
    if let Some((at, (character, _))) = differing.find(|(_, (a, b))| a != b) {
        let message = format!(
            "{name} has the control character U+{:04X} at position {}: {}.",
            u32::from(character),
            at + 1,
            shown(&text.into())
        );
        return Err(ToolError::arguments(message, next));
    }
    Ok(text)
}

/// Refuses arguments that a tool does not have.
pub(super) fn no_others(arguments: &JsonObject, known: &[&str]) -> Result<(), ToolError> {
    let Some(name) = arguments.keys().next() else { return Ok(()) };
    let shown = shown(&name.as_str().into());
    let next = match known {
        [] => "Call it without arguments.".to_owned(),
        _ if known.contains(&"input") => {
            format!("It has {}; the model's inputs belong into input.", known.join(", "))
        }
        _ => format!("It has {}.", known.join(", ")),
    };
    let message = match nearest(name, known.iter().copied()) {
        Some(near) => format!("There is no argument {shown}; did you mean {near}?"),
        None => format!("There is no argument {shown}."),
    };
    Err(ToolError::arguments(message, next))
}

/// A value for a message: its JSON on one line, cut off.
pub(super) fn shown(value: &Value) -> String {
    let json = match value {
        // So that a large string is not copied whole.
        Value::String(text) => {
            let start: String = text.chars().take(SHOWN_CHARS + 1).collect();
            Value::from(start).to_string()
        }
        Value::Object(map) => return format!("an object with {} names", map.len()),
        Value::Array(items) => return format!("a list of {}", items.len()),
        other => other.to_string(),
    };
    let line = one_line(&json);
    match line.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
