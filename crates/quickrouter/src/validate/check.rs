//! Validation of an input against the contract; reports all violations at once.

use std::collections::HashSet;

use quickrouter_api::{Effect, Model, limits};
use serde_json::{Map, Value};

use crate::detail::{Detail, DetailCode, DetailValue, detail};
use crate::media::decode;
use crate::text::similar::nearest;
use crate::validate::finding::{Violation, Warning};
use crate::validate::schema::{listed, mismatch};
use crate::validate::{texts, warnings};

/// Checks the rules for every input, then those of its model, if the contract has it.
pub(crate) fn whole(
    model: Option<&Model>,
    input: &Map<String, Value>,
) -> Result<Vec<Warning>, Vec<Violation>> {
    let mut violations = texts::with_nul(input);
    let mut warnings = Vec::new();
    match model.map_or(Ok(Vec::new()), |model| check(model, input)) {
        Ok(ignored) => warnings = ignored,
        Err(wrong) => {
            // A name with a NUL is reported for the NUL, not as unknown.
            let wrong = wrong.into_iter().filter(|wrong| !wrong.field.contains('\0'));
            violations.splice(0..0, wrong).for_each(drop);
        }
    }
    // One violation per field is enough.
    let mut fields = HashSet::new();
    violations.retain(|violation| fields.insert(violation.field.clone()));
    if !violations.is_empty() {
        return Err(violations);
    }
    warnings.extend(model.map_or_else(Vec::new, |model| warnings::of_content(model, input)));
    Ok(warnings)
}

/// Checks an input against its model in the contract.
fn check(model: &Model, input: &Map<String, Value>) -> Result<Vec<Warning>, Vec<Violation>> {
    let mut violations: Vec<Violation> = model
        .required()
        .filter(|field| !input.contains_key(*field))
        .map(|field| Violation {
            field: field.to_owned(),
            value: None,
            limit: detail!(InputMissing, "is missing, but {model} requires it", model = model.name),
        })
        .collect();
    violations.extend(input.iter().filter_map(|(field, value)| one(model, field, value)));
    let mut warnings = Vec::new();
    for rule in model.rules().iter().filter(|rule| rule.matches(input)) {
        let field = rule.field.clone();
        match rule.effect {
            // Do not report the same field twice.
            Effect::Error if violations.iter().any(|known| known.field == field) => {}
            Effect::Error => {
                let value = input.get(&field).cloned();
                let limit = broken(&rule.message, &rule.message_zh);
                violations.push(Violation { field, value, limit });
            }
            Effect::Warning => warnings.push(Warning {
                field,
                message: rule.message.clone(),
                message_zh: rule.message_zh.clone(),
            }),
        }
    }
    if violations.is_empty() { Ok(warnings) } else { Err(violations) }
}

fn one(model: &Model, field: &str, value: &Value) -> Option<Violation> {
    let limit = match model.input(field) {
        None => unknown(model, field),
        Some(schema) => {
            let mismatch = mismatch(value, schema).map(|mismatch| mismatch.detail());
            let mismatch =
                mismatch.or_else(|| too_large(value)).or_else(|| local_path(value, schema))?;
            match nearest_word(value, schema) {
                Some(word) => detail!(
                    DidYouMean,
                    "{reason}; did you mean {near}?",
                    reason = mismatch,
                    near = word
                ),
                None => mismatch,
            }
        }
    };
    Some(Violation { field: field.to_owned(), value: Some(value.clone()), limit })
}

/// A broken rule, in the contract's words.
fn broken(english: &str, chinese: &str) -> Detail {
    let rule = DetailValue::Contract { english: english.to_owned(), chinese: chinese.to_owned() };
    let text = format!("breaks a rule: {english}");
    Detail::new(DetailCode::BreaksRule, vec![("rule", rule)], text)
}

fn unknown(model: &Model, field: &str) -> Detail {
    let names: Vec<&str> = model.inputs().map(|(name, _)| name).collect();
    match nearest(field, names.iter().copied()) {
        Some(name) => detail!(
            InputUnknownNear,
            "is given, but {model} has no such input; did you mean {near}?",
            model = model.name,
            near = name
        ),
        None => {
            let names = listed(&names.into_iter().map(Value::from).collect::<Vec<_>>());
            detail!(
                InputUnknown,
                "is given, but {model} has no such input; it has {names}",
                model = model.name,
                names = names
            )
        }
    }
}

fn nearest_word<'a>(value: &Value, schema: &'a Value) -> Option<&'a str> {
    let words = schema.get("enum")?.as_array()?;
    nearest(value.as_str()?, words.iter().filter_map(Value::as_str))
}

/// Rejects an inline file larger than the gateway accepts.
fn too_large(value: &Value) -> Option<Detail> {
    let text = value.as_str().filter(|text| decode::is_data_uri(text))?;
    let bytes = match decode::data_uri(text) {
        Ok(decoded) => decoded.bytes.len() as u64,
        Err(_) => text.len() as u64 * 3 / 4,
    };
    let most = limits::INLINE_FILE_BYTES;
    (bytes > most).then(|| {
        detail!(
            InlineTooLarge,
            "contains a file of {bytes} bytes, but an input takes at most {limit}; pass its path instead (Client::file_uri uploads it), or a URL",
            bytes = bytes,
            limit = most
        )
    })
}

/// Rejects a `file:` URL for a URI input: only this machine can read it.
fn local_path(value: &Value, schema: &Value) -> Option<Detail> {
    let head = value.as_str()?.get(..5)?;
    (schema["format"] == "uri" && head.eq_ignore_ascii_case("file:")).then(|| {
        detail!(
            LocalFileUrl,
            "is a file on this machine, which the gateway cannot read; pass its content (Client::file_uri makes it a URI), or a URL"
        )
    })
}
