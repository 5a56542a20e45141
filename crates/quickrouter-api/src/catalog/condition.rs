//! Whether a rule applies: evaluates the subset of JSON Schema that the contract's conditions use.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::entry::Rule;

impl Rule {
    /// Whether the rule applies to `input` as sent, with no defaults filled in.
    ///
    /// ```
    /// # use quickrouter_api::find_model;
    /// let input = serde_json::json!({"mask": "https://example.com/mask.png"});
    /// let rules = find_model("stability-ai/sdxl").unwrap().rules();
    /// let applies = rules.iter().find(|rule| rule.matches(input.as_object().unwrap())).unwrap();
    /// assert_eq!(applies.field, "mask");
    /// ```
    pub fn matches(&self, input: &Map<String, Value>) -> bool {
        holds(&self.when, input)
    }
}

fn holds(when: &Value, input: &Map<String, Value>) -> bool {
    let given = |field: &Value| field.as_str().is_some_and(|field| input.contains_key(field));
    let fits = |(field, limits): (&String, &Value)| {
        input.get(field).is_none_or(|value| is_within(value, limits))
    };
    let part_holds = |(keyword, part): (&String, &Value)| match keyword.as_str() {
        "required" => list(part).all(given),
        "properties" => part.as_object().into_iter().flatten().all(fits),
        "allOf" => list(part).all(|part| holds(part, input)),
        "anyOf" => list(part).any(|part| holds(part, input)),
        "not" => !holds(part, input),
        _ => true,
    };
    when.as_object().into_iter().flatten().all(part_holds)
}

fn list(part: &Value) -> impl Iterator<Item = &Value> {
    part.as_array().into_iter().flatten()
}

/// Evaluates the keywords that codegen accepts in a condition. As in JSON Schema, a limit on numbers
/// holds for anything else.
fn is_within(value: &Value, limits: &Value) -> bool {
    let beyond = |limit: &Value, side| order(value, limit) == Some(side);
    limits.as_object().into_iter().flatten().all(|(keyword, limit)| match keyword.as_str() {
        "enum" => list(limit).any(|word| word == value),
        "minimum" => !beyond(limit, Ordering::Less),
        "maximum" => !beyond(limit, Ordering::Greater),
        _ => true,
    })
}

/// Compares two numbers; integers exactly, since large ones do not fit into an f64.
fn order(value: &Value, limit: &Value) -> Option<Ordering> {
    let whole =
        |value: &Value| value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    match (whole(value), whole(limit)) {
        (Some(value), Some(limit)) => Some(value.cmp(&limit)),
        _ => value.as_f64()?.partial_cmp(&limit.as_f64()?),
    }
}
