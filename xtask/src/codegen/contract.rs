//! Reads the contract strictly: anything not understood here stops the generation.

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Map, Value};

use super::input::{self, Model};
use super::origin::{self, Origin};
use super::strict::{object, object_at, only, string, strings};

/// What the generators need from the contract.
pub(crate) struct Contract {
    /// The document as written, with aliases resolved.
    pub(crate) document: Value,
    pub(crate) base_url: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) models: Vec<Model>,
    pub(crate) status: Status,
    pub(crate) limits: Vec<Limit>,
    pub(crate) codes: Vec<Code>,
    pub(crate) origin: Origin,
}

/// One route.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) documented_by_gateway: bool,
}

/// The values of a prediction's status, an open set.
pub(crate) struct Status {
    pub(crate) values: Vec<(String, String)>,
    pub(crate) terminal: Vec<String>,
    /// What relays write instead of a value, normalized.
    pub(crate) synonyms: Vec<(String, Vec<String>)>,
}

/// A limit that the gateway enforces.
pub(crate) struct Limit {
    pub(crate) name: String,
    pub(crate) value: u64,
    pub(crate) unit: String,
    pub(crate) text: String,
}

/// A code in an error body or in a failed prediction's error.
pub(crate) struct Code {
    pub(crate) word: String,
    /// The HTTP status it comes with; `None` if it occurs in a failed prediction.
    pub(crate) status: Option<u16>,
    pub(crate) text: String,
    /// In Chinese.
    pub(crate) text_zh: String,
}

const TOP: &[&str] = &[
    "openapi",
    "info",
    "servers",
    "security",
    "tags",
    "externalDocs",
    "x-limits",
    "x-error-codes",
    "x-origin-routes",
    "paths",
    "components",
];
const OPERATION: &[&str] = &[
    "operationId",
    "summary",
    "description",
    "tags",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "servers",
    "deprecated",
    "externalDocs",
    "x-documented-by",
];
const EXTENSIONS: &[&str] = &[
    "x-limits",
    "x-error-codes",
    "x-origin-routes",
    QUERY,
    "x-documented-by",
    "x-open",
    "x-terminal",
    "x-status-synonyms",
    "x-value-descriptions",
    "x-description-zh",
    "x-default-shown-only",
    "x-default-from",
    "x-accepts",
    "x-range",
    "x-model",
    "x-rules",
    "x-log",
    "x-steps",
    "x-second-pass",
    "x-outputs",
];
const METHODS: &[&str] = &["get", "post", "put", "patch", "delete", QUERY];
/// The operation of the method QUERY, which OpenAPI has a key for from 3.2 on only.
const QUERY: &str = "x-query-operation";

impl Contract {
    /// Reads the contract's YAML.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        // By way of YAML's own value type, which refuses a duplicate key.
        let yaml: serde_yaml_ng::Value = serde_yaml_ng::from_str(text).context("not YAML")?;
        let mut document = serde_json::to_value(yaml).context("not representable as JSON")?;
        let limits = limits(&document)?;
        put_limits(&mut document, &limits)?;
        extensions(&document)?;
        let top = object(&document, "the contract")?;
        only(top, TOP, "the top level")?;
        let version = string(top, "openapi", "the contract")?;
        ensure!(version.starts_with("3.0."), "openapi: {version} is not 3.0.x");
        let base_url = string_at(&document, "/servers/0/url")?.trim_end_matches('/').to_owned();
        Ok(Self {
            origin: origin::read(&document, &base_url)?,
            base_url,
            operations: operations(&document)?,
            models: models(&document)?,
            status: status(&document)?,
            limits,
            codes: codes(&document)?,
            document,
        })
    }
}

fn operations(document: &Value) -> Result<Vec<Operation>> {
    let mut found = Vec::new();
    for (path, item) in object_at(document, "/paths")? {
        ensure!(path.starts_with("/v1/"), "path {path} does not start with /v1/");
        for (method, operation) in object(item, path)? {
            if matches!(method.as_str(), "parameters" | "servers" | "summary" | "description") {
                continue;
            }
            ensure!(METHODS.contains(&method.as_str()), "{path}: unknown key {method}");
            let place = format!("{method} {path}");
            let operation = object(operation, &place)?;
            only(operation, OPERATION, &place)?;
            let by = string(operation, "x-documented-by", &place)?;
            ensure!(
                matches!(by.as_str(), "quickrouter" | "replicate"),
                "{place}: x-documented-by: {by} is neither quickrouter nor replicate"
            );
            if method == QUERY {
                plain_text_body(operation, &place)?;
            }
            let id = string(operation, "operationId", &place)?;
            let known = found.iter().any(|other: &Operation| other.id == id);
            ensure!(!known, "{place}: there is another operation {id}");
            found.push(Operation {
                id,
                method: if method == QUERY { "QUERY".to_owned() } else { method.to_uppercase() },
                path: path.clone(),
                summary: string(operation, "summary", &place)?,
                documented_by_gateway: by == "quickrouter",
            });
        }
    }
    Ok(found)
}

/// No generator reads the body of a query: it is sent as it is.
fn plain_text_body(operation: &Map<String, Value>, place: &str) -> Result<()> {
    let body = operation.get("requestBody").and_then(|body| body.get("content"));
    let kinds: Vec<&String> =
        body.and_then(Value::as_object).into_iter().flat_map(Map::keys).collect();
    ensure!(
        matches!(kinds[..], [kind] if kind == "text/plain"),
        "{place}: its body has to be text/plain"
    );
    Ok(())
}

fn models(document: &Value) -> Result<Vec<Model>> {
    let mut found: Vec<Model> = Vec::new();
    for (name, schema) in object_at(document, "/components/schemas")? {
        let schema_object = object(schema, name)?;
        if !schema_object.contains_key("x-model") {
            for key in ["x-rules", "x-log", "x-steps", "x-second-pass", "x-outputs"] {
                ensure!(!schema_object.contains_key(key), "{name}: {key} without x-model");
            }
            continue;
        }
        let model = input::read(document, name, schema_object)
            .with_context(|| format!("components.schemas.{name}"))?;
        if let Some(other) = found.iter().find(|other| other.name == model.name) {
            bail!("{name} and {} are both the model {}", other.input, model.name);
        }
        found.push(model);
    }
    ensure!(!found.is_empty(), "no schema has x-model");
    Ok(found)
}

fn status(document: &Value) -> Result<Status> {
    let place = "components.schemas.PredictionStatus";
    let schema = object_at(document, "/components/schemas/PredictionStatus")?;
    let known = [
        "type",
        "description",
        "enum",
        "x-open",
        "x-terminal",
        "x-status-synonyms",
        "x-value-descriptions",
    ];
    only(schema, &known, place)?;
    ensure!(schema.get("x-open") == Some(&Value::Bool(true)), "{place}: x-open must be true");
    let meanings =
        object_at(document, "/components/schemas/PredictionStatus/x-value-descriptions")?;
    let values = strings(schema, "enum", place)?
        .into_iter()
        .map(|value| Ok((value.clone(), string(meanings, &value, place)?)))
        .collect::<Result<Vec<_>>>()?;
    let terminal = strings(schema, "x-terminal", place)?;
    for word in &terminal {
        ensure!(
            values.iter().any(|(value, _)| value == word),
            "{place}: x-terminal names {word}, which is not in enum"
        );
    }
    let synonyms = synonyms(document, &values)?;
    Ok(Status { values, terminal, synonyms })
}

/// `x-status-synonyms`: each word occurs once and is normalized to lower case with `_` for spaces.
fn synonyms(document: &Value, values: &[(String, String)]) -> Result<Vec<(String, Vec<String>)>> {
    let pointer = "/components/schemas/PredictionStatus/x-status-synonyms";
    let written = object_at(document, pointer)?;
    let mut seen: Vec<String> = values.iter().map(|(value, _)| value.clone()).collect();
    let mut found = Vec::new();
    for value in written.keys() {
        let known = values.iter().any(|(known, _)| known == value);
        ensure!(known, "x-status-synonyms names {value}, which is not in enum");
        let words = strings(written, value, "x-status-synonyms")?;
        for word in &words {
            let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            ensure!(plain, "x-status-synonyms: write {word} in lower case, with _ for spaces");
            ensure!(!seen.contains(word), "x-status-synonyms: {word} occurs twice");
            seen.push(word.clone());
        }
        found.push((value.clone(), words));
    }
    Ok(found)
}

fn limits(document: &Value) -> Result<Vec<Limit>> {
    object_at(document, "/x-limits")?
        .iter()
        .map(|(name, limit)| {
            let place = format!("x-limits.{name}");
            let limit = object(limit, &place)?;
            only(limit, &["value", "unit", "description"], &place)?;
            let value = limit.get("value").and_then(Value::as_u64);
            let value = value.with_context(|| format!("{place}: value is not a whole number"))?;
            let unit = string(limit, "unit", &place)?;
            let text = string(limit, "description", &place)?;
            Ok(Limit { name: name.clone(), value, unit, text })
        })
        .collect()
}

fn codes(document: &Value) -> Result<Vec<Code>> {
    object_at(document, "/x-error-codes")?
        .iter()
        .map(|(code, entry)| {
            let place = format!("x-error-codes.{code}");
            let entry = object(entry, &place)?;
            only(entry, &["status", "description", "description-zh"], &place)?;
            let text_zh = string(entry, "description-zh", &place)?;
            let text = string(entry, "description", &place)?;
            let number = |status: &Value| status.as_u64().and_then(|n| u16::try_from(n).ok());
            let status = match entry.get("status") {
                Some(Value::Null) => None,
                Some(status) if number(status).is_some() => number(status),
                other => bail!("{place}: status {other:?} is neither an HTTP status nor null"),
            };
            Ok(Code { word: code.clone(), status, text, text_zh })
        })
        .collect()
}

/// Replaces each `x-limits.NAME` inside a text by its value and unit.
fn put_limits(value: &mut Value, limits: &[Limit]) -> Result<()> {
    match value {
        Value::Object(map) => map.values_mut().try_for_each(|value| put_limits(value, limits)),
        Value::Array(list) => list.iter_mut().try_for_each(|value| put_limits(value, limits)),
        Value::String(text) => {
            while let Some((before, rest)) = text.split_once("x-limits.") {
                let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '_');
                let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
                let limit = limits.iter().find(|limit| limit.name == name);
                let limit = limit.with_context(|| format!("{text:?}: no x-limits.{name}"))?;
                *text = format!("{before}{} {}{after}", limit.value, limit.unit);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Fails on any extension that no generator knows.
fn extensions(value: &Value) -> Result<()> {
    match value {
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            let known = !key.starts_with("x-") || EXTENSIONS.contains(&key.as_str());
            ensure!(known, "codegen does not understand the extension {key}");
            extensions(value)
        }),
        Value::Array(list) => list.iter().try_for_each(extensions),
        _ => Ok(()),
    }
}

fn string_at(document: &Value, pointer: &str) -> Result<String> {
    let text = document.pointer(pointer).and_then(Value::as_str);
    text.map(str::to_owned).with_context(|| format!("{pointer} is missing"))
}
