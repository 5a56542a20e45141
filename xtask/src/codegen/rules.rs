//! Reads `x-rules`, the rules between inputs.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::strict::{object, only, string, strings};

/// A rule between inputs.
pub(crate) struct Rule {
    pub(crate) when: Value,
    pub(crate) field: String,
    pub(crate) effect: String,
    /// Whether the model ignores the field where the rule matches.
    pub(crate) ignored: bool,
    pub(crate) message: String,
    pub(crate) message_zh: String,
}

/// Reads `x-rules`.
pub(crate) fn read(list: Option<&Value>, properties: &Map<String, Value>) -> Result<Vec<Rule>> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let list = list.as_array().context("x-rules is not a list")?;
    list.iter()
        .enumerate()
        .map(|(index, rule)| {
            one_rule(rule, properties).with_context(|| format!("x-rules[{index}]"))
        })
        .collect()
}

fn one_rule(rule: &Value, properties: &Map<String, Value>) -> Result<Rule> {
    let rule = object(rule, "the rule")?;
    only(rule, &["when", "field", "effect", "message", "message-zh", "ignored"], "the rule")?;
    let field = string(rule, "field", "the rule")?;
    ensure!(properties.contains_key(&field), "field {field} is not a property");
    let effect = string(rule, "effect", "the rule")?;
    ensure!(
        matches!(effect.as_str(), "error" | "warning"),
        "effect {effect} is neither error nor warning"
    );
    let when = rule.get("when").context("when is missing")?;
    condition(when, properties)?;
    let ignored = match rule.get("ignored") {
        None => false,
        Some(Value::Bool(true)) => true,
        Some(other) => bail!("ignored: {other} is not true; leave it out"),
    };
    let required = when.get("required").and_then(Value::as_array);
    let of_field = required.is_some_and(|names| names.contains(&Value::from(&*field)));
    ensure!(!ignored || effect == "warning", "ignored needs effect: warning");
    ensure!(!ignored || of_field, "ignored: when does not require {field}");
    Ok(Rule {
        when: when.clone(),
        ignored,
        field,
        effect,
        message: string(rule, "message", "the rule")?,
        message_zh: string(rule, "message-zh", "the rule")?,
    })
}

/// Checks that the input's own schema can meet a rule's limit.
fn limit_fits(limit: &Map<String, Value>, property: &Value) -> Result<()> {
    for key in ["minimum", "maximum"] {
        let Some(value) = limit.get(key) else { continue };
        let number = matches!(property["type"].as_str(), Some("integer" | "number"));
        ensure!(number && value.is_number(), "when: {key}: {value} does not fit");
    }
    let Some(words) = limit.get("enum") else { return Ok(()) };
    let words = words.as_array().context("when: enum is not a list")?;
    let known = property["enum"].as_array().context("when: enum for an input without one")?;
    match words.iter().find(|word| !known.contains(word)) {
        Some(word) => bail!("when: {word} is not one of the input's values"),
        None => Ok(()),
    }
}

/// Checks that `when` uses only known properties and the keywords that the local check evaluates.
fn condition(when: &Value, properties: &Map<String, Value>) -> Result<()> {
    let when = object(when, "when")?;
    only(when, &["required", "properties", "not", "allOf", "anyOf"], "when")?;
    for (key, part) in when {
        match key.as_str() {
            "required" => {
                for field in strings(when, "required", "when")? {
                    ensure!(properties.contains_key(&field), "when: {field} is not a property");
                }
            }
            "properties" => {
                for (field, limit) in object(part, "when.properties")? {
                    ensure!(properties.contains_key(field), "when: {field} is not a property");
                    let limit = object(limit, "when.properties")?;
                    only(limit, &["enum", "minimum", "maximum"], "when.properties")?;
                    limit_fits(limit, &properties[field]).with_context(|| field.clone())?;
                }
            }
            "not" => condition(part, properties)?,
            _ => match part.as_array() {
                Some(parts) => {
                    parts.iter().try_for_each(|part| condition(part, properties))?;
                }
                None => bail!("when: {key} is not a list"),
            },
        }
    }
    Ok(())
}
