//! Checks an input against the contract: its JSON Schema by the `jsonschema` crate, then its rules.

use crate::model::openapi;
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, JsonType, ValidationError, Validator};
use quickrouter_api::{Effect, Model, Rule, models};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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

/// Checks the inputs of one model.
#[derive(Debug)]
pub(crate) enum Checker {
    /// By the contract: compiled when it is first needed, once for all emulators.
    Contract(&'static Model),
    /// By a schema of its own.
    Schema(Box<CompiledModel>),
    /// Takes any input.
    Any,
}

/// A model's schema and rules, compiled once.
#[derive(Debug)]
pub(crate) struct CompiledModel {
    schema: Validator,
    rules: Vec<(Validator, &'static Rule)>,
    /// The inputs that it has; `None` if it takes any.
    names: Option<BTreeSet<String>>,
}

static PREPARED: LazyLock<BTreeMap<&'static str, CompiledModel>> = LazyLock::new(|| {
    let prepare = |model: &'static Model| {
        let rules = model.rules().iter().map(|rule| (validator(&rule.when), rule)).collect();
        let schema = validator(model.input_schema());
        (model.name, CompiledModel { schema, rules, names: names(model.input_schema()) })
    };
    models().iter().map(prepare).collect()
});

fn validator(schema: &Value) -> Validator {
    compile(schema, Draft::Draft202012)
        .expect("the schemas of the contract are JSON Schemas, as a test shows")
}

fn compile(schema: &Value, draft: Draft) -> Result<Validator, String> {
    let built = jsonschema::options().with_draft(draft).should_validate_formats(true).build(schema);
    built.map_err(|error| match error.instance_path().as_str() {
        "" => error.to_string(),
        place => format!("{place}: {error}"),
    })
}

/// The names of the inputs, unless any other is expressly allowed, or none is named.
fn names(input: &Value) -> Option<BTreeSet<String>> {
    let open = match &input["additionalProperties"] {
        Value::Bool(open) => *open,
        other => other.is_object(),
    };
    let properties = input["properties"].as_object().filter(|_| !open)?;
    Some(properties.keys().cloned().collect())
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
    prepared(model).check(input, true).map(|_| ())
}

impl Checker {
    /// The checks of an `openapi_schema`, as a version of a model carries it.
    ///
    /// # Errors
    /// Why its `Input` is not a schema.
    pub(crate) fn of_openapi(document: &Value) -> Result<Self, String> {
        let components = &document["components"];
        let input = &components["schemas"]["Input"];
        if !input.is_object() {
            return Err("openapi_schema has no components.schemas.Input".to_owned());
        }
        // With OpenAPI 3.0 a list of `items` is a tuple still, as pydantic 1 writes it.
        // In YAML a version such as 3.1 is a number.
        let version = document["openapi"].to_string();
        let old = version == "null" || version.trim_matches('"').starts_with("3.0");
        let draft = if old { Draft::Draft7 } else { Draft::Draft202012 };
        let mut root = json!({"allOf": [{"$ref": INPUT}], "components": components});
        openapi::rewrite(&mut root);
        let schema = compile(&root, draft)
            .map_err(|why| format!("openapi_schema cannot be used as a schema: {why}"))?;
        let compiled = CompiledModel { schema, rules: Vec::new(), names: names(input) };
        Ok(Self::Schema(Box::new(compiled)))
    }

    /// Whether it takes inputs of any name.
    pub(crate) fn takes_any(&self) -> bool {
        match self {
            Self::Contract(_) => false,
            Self::Schema(compiled) => compiled.names.is_none(),
            Self::Any => true,
        }
    }

    /// Checks an input. An unknown one is refused if `strict`, else ignored.
    ///
    /// # Errors
    /// All violations, in the order of the schema, rules last.
    pub(crate) fn check(&self, input: &Value, strict: bool) -> Result<Vec<String>, Vec<Violation>> {
        match self {
            Self::Contract(model) => prepared(model).check(input, strict),
            Self::Schema(compiled) => compiled.check(input, strict),
            Self::Any => Ok(Vec::new()),
        }
    }
}

/// Where a document has the schema of the input.
const INPUT: &str = "#/components/schemas/Input";

impl CompiledModel {
    /// Returns the names of the inputs that are ignored.
    fn check(&self, input: &Value, strict: bool) -> Result<Vec<String>, Vec<Violation>> {
        let unknown = self.unknown(input);
        let mut found: Vec<Violation> =
            self.schema.iter_errors(input).flat_map(|error| describe(&error)).collect();
        if strict {
            let told: BTreeSet<String> = found.iter().map(|one| one.field.clone()).collect();
            let fresh = unknown.iter().map(|name| unexpected("input", name));
            found.extend(fresh.filter(|one| !told.contains(&one.field)));
        } else {
            let ignored = |one: &Violation| {
                one.kind == UNEXPECTED
                    && one
                        .field
                        .strip_prefix("input.")
                        .is_some_and(|name| unknown.iter().any(|own| own == name))
            };
            found.retain(|one| !ignored(one));
        }
        let fired = self.rules.iter().filter(|(when, _)| when.is_valid(input));
        let refused = fired.map(|(_, rule)| *rule).filter(|rule| rule.effect == Effect::Error);
        found.extend(refused.map(|rule| Violation::new("rule", &rule.field, &rule.message)));
        if found.is_empty() { Ok(unknown) } else { Err(found) }
    }

    fn unknown(&self, input: &Value) -> Vec<String> {
        let (Some(names), Some(input)) = (&self.names, input.as_object()) else {
            return Vec::new();
        };
        input.keys().filter(|name| !names.contains(*name)).cloned().collect()
    }
}

/// The keyword for keys that no schema names.
const UNEXPECTED: &str = "additionalProperties";

fn unexpected(field: &str, name: &str) -> Violation {
    Violation {
        kind: UNEXPECTED.to_owned(),
        field: format!("{field}.{name}"),
        message: format!("Additional property {name} is not allowed"),
    }
}

fn describe(error: &ValidationError<'_>) -> Vec<Violation> {
    let kind = error.kind().keyword().to_owned();
    let path = error.instance_path().as_str().replace('/', ".");
    let field = format!("input{path}");
    if let ValidationErrorKind::AdditionalProperties { unexpected: unexpected_keys } = error.kind()
    {
        return unexpected_keys.iter().map(|name| unexpected(&field, name)).collect();
    }
    if let ValidationErrorKind::AnyOf { context } = error.kind()
        && let Some(only) = beside_null(context, error)
    {
        return only.iter().flat_map(describe).collect();
    }
    let message = match error.kind() {
        ValidationErrorKind::Required { property } => {
            format!("{} is required", property.as_str().unwrap_or("a key"))
        }
        ValidationErrorKind::Maximum { limit } => format!("Must be less than or equal to {limit}"),
        ValidationErrorKind::Minimum { limit } => {
            format!("Must be greater than or equal to {limit}")
        }
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!("Must be a multiple of {multiple_of}")
        }
        ValidationErrorKind::Enum { options } => {
            let words: Vec<String> =
                options.as_array().into_iter().flatten().map(ToString::to_string).collect();
            format!("Must be one of: {}", words.join(", "))
        }
        ValidationErrorKind::Format { format } => format!("Does not match format '{format}'"),
        ValidationErrorKind::Type { .. } => {
            let expected = error.to_string();
            let expected = ["is not of type ", "is not of types "]
                .iter()
                .find_map(|words| Some(expected.rsplit_once(words)?.1.replace('"', "")));
            format!("Invalid type. Expected: {}", expected.as_deref().unwrap_or("another type"))
        }
        _ => error.to_string(),
    };
    vec![Violation { kind, field, message }]
}

/// What is wrong by the only alternative besides null.
fn beside_null<'a>(
    alternatives: &'a [Vec<ValidationError<'static>>],
    error: &ValidationError<'_>,
) -> Option<&'a [ValidationError<'static>]> {
    let is_null = |errors: &&Vec<ValidationError<'_>>| {
        let [one] = errors.as_slice() else { return false };
        matches!(one.kind(), ValidationErrorKind::Type { kind: TypeKind::Single(JsonType::Null) })
            && one.instance_path() == error.instance_path()
    };
    let (null, others): (Vec<_>, Vec<_>) = alternatives.iter().partition(is_null);
    match others.as_slice() {
        [only] if !null.is_empty() => Some(only.as_slice()),
        _ => None,
    }
}
