//! Describes a property for the generated docs: its meaning, then its range and default.

use serde_json::{Map, Value};

/// The description with limits, values and default appended.
pub(crate) fn property(property: &Map<String, Value>) -> String {
    let text = property.get("description").and_then(Value::as_str).unwrap_or_default().trim();
    let mut facts = Vec::new();
    let limit = |name: &str| property.get(name).or_else(|| property.get("x-range")?.get(name));
    match (limit("minimum"), limit("maximum")) {
        (Some(least), Some(most)) => facts.push(format!("Range: {least} to {most}.")),
        (Some(least), None) => facts.push(format!("At least {least}.")),
        (None, Some(most)) => facts.push(format!("At most {most}.")),
        (None, None) => {}
    }
    if let Some(step) = property.get("multipleOf") {
        facts.push(format!("A multiple of {step}."));
    }
    if let Some(values) = property.get("enum").and_then(Value::as_array) {
        let values = values.iter().filter_map(Value::as_str).map(|value| format!("`{value}`"));
        facts.push(format!("One of {}.", values.collect::<Vec<_>>().join(", ")));
    }
    match property.get("default") {
        Some(Value::String(text)) if text.is_empty() => facts.push("Default: empty.".to_owned()),
        Some(default) if property.contains_key("x-default-shown-only") => {
            facts.push(format!("The model's own default, never sent: `{default}`."));
        }
        Some(default) => facts.push(format!("Default: `{default}`.")),
        None => {}
    }
    if facts.is_empty() { text.to_owned() } else { format!("{text}\n\n{}", facts.join(" ")) }
}
