//! Writes the models' input schemas and rules as data, for checks, lists and help texts.

use anyhow::Result;
use serde_json::{Map, Value, json};

use super::MARK;
use super::contract::Contract;

/// `schemas.json`, with the mark on its first line.
pub(crate) fn generate(contract: &Contract) -> Result<String> {
    let models: Map<String, Value> = contract
        .models
        .iter()
        .map(|model| {
            let rules: Vec<Value> = model
                .rules
                .iter()
                .map(|rule| {
                    json!({
                        "when": rule.when,
                        "field": rule.field,
                        "effect": rule.effect,
                        "ignored": rule.ignored,
                        "message": rule.message,
                        "message_zh": rule.message_zh,
                    })
                })
                .collect();
            let entry = json!({
                "description": model.description,
                "description_zh": model.description_zh,
                "media": model.media,
                "older_versions": model.older_versions,
                "output": model.output,
                "input": model.schema,
                "rules": rules,
            });
            (model.input.clone(), entry)
        })
        .collect();
    let body = serde_json::to_string_pretty(&models)?;
    let rest = body.trim_start_matches('{');
    Ok(format!("{{ \"$comment\": {},{rest}\n", Value::from(MARK)))
}
