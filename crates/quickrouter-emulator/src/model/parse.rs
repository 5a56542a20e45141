//! Reads definitions of models: the emulator's own form, and the API's answers.

use crate::error::Error;
use crate::model::api_answer;
use crate::model::definition::{ModelDefinition, check_all};
use crate::model::document;
use serde_json::Value;

/// The keys of a list: the emulator's own, and the API's.
const LISTS: [&str; 2] = ["models", "results"];

impl ModelDefinition {
    /// Reads definitions from JSON or YAML: one model, a list of them, `{"models": [...]}`, or what
    /// the API answers for a model or a list of models.
    ///
    /// # Errors
    /// [`Error::Model`] names the model, the place and what is allowed there.
    pub fn parse(text: &str) -> Result<Vec<Self>, Error> {
        let all = from_value(document::read(text).map_err(Error::Model)?)?;
        check_all(&all)?;
        Ok(all)
    }
}

fn from_value(value: Value) -> Result<Vec<ModelDefinition>, Error> {
    match value {
        Value::Array(all) => {
            all.into_iter().enumerate().map(|(index, one)| single(one, Some(index))).collect()
        }
        Value::Object(mut one) => match LISTS.iter().find(|name| one.contains_key(**name)) {
            Some(name) => match one.remove(*name) {
                Some(listed @ Value::Array(_)) => from_value(listed),
                _ => Err(Error::Model(format!("{name}: must be a list of models"))),
            },
            None => single(Value::Object(one), None).map(|one| vec![one]),
        },
        _ => Err(Error::Model("the text is neither a model nor a list of models".to_owned())),
    }
}

fn single(value: Value, index: Option<usize>) -> Result<ModelDefinition, Error> {
    let name = value["name"].as_str().map(|name| format!("{name:?}"));
    let place = match (index, name) {
        (Some(index), Some(name)) => format!("model {} {name}: ", index + 1),
        (Some(index), None) => format!("model {}: ", index + 1),
        (None, Some(name)) => format!("{name}: "),
        (None, None) => String::new(),
    };
    let wrong = |why: String| Error::Model(format!("{place}{why}"));
    if !value.is_object() {
        return Err(wrong("a model must be an object".to_owned()));
    }
    if value.get("owner").is_some() {
        return api_answer::definition(value).map_err(wrong);
    }
    document::typed(value).map_err(wrong)
}
