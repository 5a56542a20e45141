//! Reads `x-log`, `x-steps`, `x-second-pass` and `x-outputs`: what a log shows, how many steps a model
//! takes and how many outputs it makes.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::strict::{object, only, string};

/// What a log can show.
const LOGS: [&str; 3] = ["bars", "words", "none"];
/// What `x-log` is where it is left out.
const UNKNOWN_LOG: &str = "words";

/// The extensions of an input schema, unchanged, for the schema as data.
pub(crate) fn read(
    schema: &Map<String, Value>,
    properties: &Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut found = Map::new();
    // A model of which nothing is known shows no bars.
    let log = if schema.contains_key("x-log") {
        string(schema, "x-log", "the schema")?
    } else {
        UNKNOWN_LOG.to_owned()
    };
    ensure!(LOGS.contains(&&*log), "x-log: {log} is none of {}", LOGS.join(", "));
    found.insert("x-log".to_owned(), log.as_str().into());
    if let Some(outputs) = schema.get("x-outputs") {
        let name = string(schema, "x-outputs", "the schema")?;
        whole_number(&name, properties).context("x-outputs")?;
        found.insert("x-outputs".to_owned(), outputs.clone());
    }
    let Some(steps) = schema.get("x-steps") else {
        ensure!(!schema.contains_key("x-second-pass"), "x-second-pass without x-steps");
        ensure!(log != "bars", "x-log: bars without x-steps");
        return Ok(found);
    };
    whole_number(&string(schema, "x-steps", "the schema")?, properties).context("x-steps")?;
    found.insert("x-steps".to_owned(), steps.clone());
    if let Some(passes) = schema.get("x-second-pass") {
        let list = passes.as_array().context("x-second-pass is not a list")?;
        for (index, pass) in list.iter().enumerate() {
            second(pass, properties).with_context(|| format!("x-second-pass[{index}]"))?;
        }
        found.insert("x-second-pass".to_owned(), passes.clone());
    }
    Ok(found)
}

fn second(pass: &Value, properties: &Map<String, Value>) -> Result<()> {
    let pass = object(pass, "the pass")?;
    only(pass, &["when", "share", "steps"], "the pass")?;
    let when = object(pass.get("when").unwrap_or(&Value::Null), "when")?;
    only(when, &["input", "is"], "when")?;
    let word = string(when, "is", "when")?;
    let words = property(&string(when, "input", "when")?, properties)?["enum"].as_array();
    let known = words.context("when: the input has no enum")?.contains(&Value::from(&*word));
    ensure!(known, "when: {word} is not one of the input's values");
    match (pass.contains_key("share"), pass.contains_key("steps")) {
        (true, false) => share(&string(pass, "share", "the pass")?, properties).context("share"),
        (false, true) => {
            let name = string(pass, "steps", "the pass")?;
            whole_number(&name, properties).context("steps")?;
            let filled = ["default", "x-default-from"];
            let filled = filled.iter().any(|key| properties[&name].get(key).is_some());
            ensure!(filled, "steps: {name} has neither default nor x-default-from");
            Ok(())
        }
        _ => bail!("give either share or steps"),
    }
}

fn property<'a>(name: &str, properties: &'a Map<String, Value>) -> Result<&'a Value> {
    properties.get(name).with_context(|| format!("{name} is not a property"))
}

fn whole_number(name: &str, properties: &Map<String, Value>) -> Result<()> {
    ensure!(property(name, properties)?["type"] == "integer", "{name} is not an integer");
    Ok(())
}

/// Checks that an input is a number from 0 to 1 with a default.
fn share(name: &str, properties: &Map<String, Value>) -> Result<()> {
    let property = property(name, properties)?;
    let limits = ["minimum", "maximum"].map(|key| property[key].as_f64());
    ensure!(
        property["type"] == "number" && limits == [Some(0.0), Some(1.0)],
        "{name} is not a number from 0 to 1"
    );
    ensure!(!property["default"].is_null(), "{name} has no default");
    Ok(())
}
