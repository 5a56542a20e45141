//! A model's input as properties of a tool: the contract's limits in keywords that every client takes.

use std::fmt::Write;

use quickrouter::catalog::{Effect, Model, input_json_schema};
use serde_json::{Map, Value, json};

/// The largest integer that every JSON reader holds exactly (RFC 7493, section 2.2). Clients in
/// JavaScript round larger ones (github.com/cline/cline/issues/9589), and the Anthropic API refuses a
/// schema with a limit of 64 bits (github.com/RevenueCat/ai-toolkit/issues/26).
const LARGEST_EXACT: i64 = (1 << 53) - 1;

/// The keywords that are kept. Gemini refuses the others, some of them with the whole request
/// (github.com/danny-avila/LibreChat/pull/13850).
const KEPT: [&str; 5] = ["type", "enum", "default", "minimum", "maximum"];

/// What an input for files takes beside what the contract says.
const FILES: &str = "Also takes the absolute path, or file: URI, of a file on the server's machine, if \
    a person has allowed its folder (--allow-dir).";

/// The schema of a model's input, an object. The server checks more: a description has in words what
/// no keyword says.
pub(crate) fn model_input(model: &Model) -> Map<String, Value> {
    let plain = input_json_schema(model);
    let inputs = plain["properties"].as_object().into_iter().flatten();
    let inputs = inputs.map(|(name, input)| (name.clone(), property(model, name, input)));
    let required: Vec<&str> = model.required().collect();
    object(inputs.collect(), &required)
}

/// An object with these properties and no others. `required` is never left out
/// (github.com/anomalyco/opencode/issues/45245), nor is `properties`
/// (github.com/openai/openai-agents-python/pull/454).
pub(super) fn object(properties: Map<String, Value>, required: &[&str]) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), "object".into());
    schema.insert("properties".to_owned(), properties.into());
    schema.insert("required".to_owned(), required.into());
    schema.insert("additionalProperties".to_owned(), false.into());
    schema
}

fn property(model: &Model, name: &str, input: &Value) -> Value {
    let kept = input.as_object().into_iter().flatten();
    let kept = kept.filter(|(keyword, _)| KEPT.contains(&keyword.as_str()));
    let mut schema: Map<String, Value> =
        kept.map(|(keyword, value)| (keyword.clone(), value.clone())).collect();
    let mut description = input["description"].as_str().unwrap_or_default().to_owned();
    let limits = input["allOf"].as_array().into_iter().flatten();
    for limit in limits.filter_map(Value::as_object).flatten() {
        if matches!(limit.0.as_str(), "minimum" | "maximum") {
            schema.insert(limit.0.clone(), limit.1.clone());
        }
    }
    if input["type"] == "integer" {
        bound(&mut schema, model, name, input, &mut description);
    }
    if input["format"] == "uri" {
        let _ = write!(description, " {FILES}");
    }
    schema.insert("description".to_owned(), description.into());
    schema.into()
}

/// Gives an integer both limits: the contract's, those of its rules, else those of exact integers.
fn bound(
    schema: &mut Map<String, Value>,
    model: &Model,
    name: &str,
    input: &Value,
    description: &mut String,
) {
    let limited = |schema: &Map<String, Value>, keyword: &str| schema.contains_key(keyword);
    let mut least = exact(schema.get("minimum"), -LARGEST_EXACT).max(least_by_rules(model, name));
    let mut most = exact(schema.get("maximum"), LARGEST_EXACT);
    if let Some(step) = input["multipleOf"].as_i64().filter(|step| *step > 0) {
        // Gemini has no `multipleOf` (github.com/danny-avila/LibreChat/pull/13850).
        let _ = write!(description, " A multiple of {step}.");
        least += (step - least.rem_euclid(step)) % step;
        most -= most.rem_euclid(step);
    }
    if !limited(schema, "maximum") {
        description.push_str(" No maximum is documented.");
    }
    schema.insert("minimum".to_owned(), least.into());
    schema.insert("maximum".to_owned(), most.into());
}

/// A limit, moved to the nearest exact integer; `missing` if there is none.
fn exact(limit: Option<&Value>, missing: i64) -> i64 {
    let Some(limit) = limit else { return missing };
    let whole = limit.as_i64().or_else(|| limit.as_u64().map(|_| i64::MAX));
    whole.unwrap_or(missing).clamp(-LARGEST_EXACT, LARGEST_EXACT)
}

/// The smallest integer that no rule refuses by itself.
fn least_by_rules(model: &Model, name: &str) -> i64 {
    let rules = model.rules().iter().filter(|rule| rule.effect == Effect::Error);
    let refused = rules.filter_map(|rule| {
        let most = rule.when["properties"][name]["maximum"].as_i64()?;
        let alone = json!({"required": [name], "properties": {name: {"maximum": most}}});
        (rule.when == alone).then_some(most + 1)
    });
    refused.max().unwrap_or(-LARGEST_EXACT)
}

#[cfg(test)]
mod tests {
    use quickrouter::catalog::{find_model, models};
    use quickrouter::{AnyInput, Client, CreateRequest};
    use serde_json::{Map, Value, json};

    use super::{LARGEST_EXACT, model_input};

    fn client() -> Client {
        Client::builder().base_url("http://127.0.0.1:9/replicate").api_key("k").build().unwrap()
    }

    /// The required inputs of a model.
    fn usual(model: &quickrouter::catalog::Model) -> Map<String, Value> {
        let value = |name: &str| {
            let is_uri = model.input(name).unwrap()["format"] == "uri";
            if is_uri { "https://example.com/a.png" } else { "a fox" }
        };
        model.required().map(|name| (name.to_owned(), value(name).into())).collect()
    }

    #[test]
    fn both_limits_of_every_integer_are_accepted_by_the_local_check() {
        for model in models() {
            let schema = model_input(model);
            for (name, property) in schema["properties"].as_object().unwrap() {
                for limit in ["minimum", "maximum"] {
                    let Some(value) = property.get(limit) else {
                        assert_ne!(property["type"], "integer", "{} {name}", model.name);
                        continue;
                    };
                    let mut input = usual(model);
                    input.insert(name.clone(), value.clone());
                    let request = CreateRequest::new(AnyInput::new(model.name, input.into()));
                    let checked = client().check(request);
                    // A rule may tighten a limit beside another input.
                    assert!(checked.is_ok(), "{} {name} {value}: {checked:?}", model.name);
                }
            }
        }
    }

    #[test]
    fn a_limit_in_a_rule_or_of_64_bits_becomes_one_that_clients_hold() {
        let schema = model_input(find_model("stability-ai/sdxl").unwrap());
        let limits = |name: &str| {
            let property = &schema["properties"][name];
            (property["minimum"].clone(), property["maximum"].clone())
        };
        assert_eq!(limits("seed"), (json!(-LARGEST_EXACT), json!(LARGEST_EXACT)));
        assert_eq!(limits("width"), (json!(8), json!(LARGEST_EXACT / 8 * 8)));
        assert_eq!(limits("refine_steps"), (json!(1), json!(LARGEST_EXACT)));
        assert_eq!(limits("guidance_scale"), (json!(1), json!(50)));
    }

    #[test]
    fn an_input_for_files_takes_paths_and_says_so() {
        let schema = model_input(find_model("stability-ai/sdxl").unwrap());
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&Value::Object(schema.clone()))
            .unwrap();
        for file in ["/pictures/fox.png", "file:///pictures/fox.png", "https://example.com/a.png"] {
            assert!(validator.is_valid(&json!({"image": file})), "{file}");
        }
        let said = schema["properties"]["image"]["description"].as_str().unwrap();
        assert!(said.contains("--allow-dir"), "{said}");
    }
}
