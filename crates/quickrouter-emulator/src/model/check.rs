//! Checks an input against the contract: its JSON Schema by the `jsonschema` crate, then its rules.

use jsonschema::Validator;
use jsonschema::error::ValidationErrorKind as Kind;
use quickrouter_api::{Effect, Model, Rule, models};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// One way in which an input violates the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The keyword of JSON Schema that it violates, such as `maximum`, or `rule`.
    pub kind: String,
    /// The field: `input.width`, or `input` if a key is missing.
    pub field: String,
    /// A message for people.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(kind: &str, field: &str, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), field: format!("input.{field}"), message: message.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// A model's schema and rules, compiled once.
struct CompiledModel {
    schema: Validator,
    rules: Vec<(Validator, &'static Rule)>,
}

static PREPARED: LazyLock<BTreeMap<&'static str, CompiledModel>> = LazyLock::new(|| {
    let prepare = |model: &'static Model| {
        let rules = model.rules().iter().map(|rule| (validator(&rule.when), rule)).collect();
        (model.name, CompiledModel { schema: validator(model.input_schema()), rules })
    };
    models().iter().map(prepare).collect()
});

fn validator(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .build(schema)
        .expect("the schemas of the contract are JSON Schemas, as a test shows")
}

fn prepared(model: &Model) -> &'static CompiledModel {
    PREPARED.get(model.name).expect("a Model comes out of the contract's own list")
}

/// Checks `input` as the gateway would before it accepts a create. Rules that only warn are
/// ignored, and so are the emulator's own limits on the size of a picture.
///
/// # Errors
/// All violations, in the order of the schema, rules last.
pub fn check(model: &Model, input: &Value) -> Result<(), Vec<Violation>> {
    let prepared = prepared(model);
    let mut found: Vec<Violation> =
        prepared.schema.iter_errors(input).flat_map(|error| describe(&error)).collect();
    let fired = prepared.rules.iter().filter(|(when, _)| when.is_valid(input));
    let refused = fired.map(|(_, rule)| *rule).filter(|rule| rule.effect == Effect::Error);
    found.extend(refused.map(|rule| Violation::new("rule", &rule.field, &rule.message)));
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn describe(error: &jsonschema::ValidationError<'_>) -> Vec<Violation> {
    let kind = error.kind().keyword().to_owned();
    let path = error.instance_path().as_str().replace('/', ".");
    let field = format!("input{path}");
    if let Kind::AdditionalProperties { unexpected } = error.kind() {
        let unknown = |name: &String| Violation {
            kind: kind.clone(),
            field: format!("{field}.{name}"),
            message: format!("Additional property {name} is not allowed"),
        };
        return unexpected.iter().map(unknown).collect();
    }
    let message = match error.kind() {
        Kind::Required { property } => {
            format!("{} is required", property.as_str().unwrap_or("a key"))
        }
        Kind::Maximum { limit } => format!("Must be less than or equal to {limit}"),
        Kind::Minimum { limit } => format!("Must be greater than or equal to {limit}"),
        Kind::MultipleOf { multiple_of } => format!("Must be a multiple of {multiple_of}"),
        Kind::Enum { options } => {
            let words: Vec<String> =
                options.as_array().into_iter().flatten().map(ToString::to_string).collect();
            format!("Must be one of: {}", words.join(", "))
        }
        Kind::Format { format } => format!("Does not match format '{format}'"),
        Kind::Type { .. } => {
            let expected = error.to_string();
            let expected = expected.rsplit("is not of type ").next().unwrap_or("another type");
            format!("Invalid type. Expected: {}", expected.trim_matches('"'))
        }
        _ => error.to_string(),
    };
    vec![Violation { kind, field, message }]
}
