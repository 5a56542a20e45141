//! What a recording is looked up by: the target of its create, and its input in canonical form.

use crate::model::hex::hex;
use crate::recording::format::{RecordedRequest, RecordedRoute, UPLOAD};
use crate::recording::scrub::{Place, scrub};
use serde_json::{Map, Number, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What a create asks to run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// A version, by its id alone, which determines the model.
    Version(String),
    /// A model's current version: `owner/name`.
    Model(String),
    /// A deployment: `owner/name`.
    Deployment(String),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(id) => write!(f, "version {id}"),
            Self::Model(name) => write!(f, "model {name}"),
            Self::Deployment(name) => write!(f, "deployment {name}"),
        }
    }
}

impl Target {
    /// The target of a create by version: `owner/name:ID`, `ID`, or `owner/name`, which means the
    /// model's current version.
    pub(crate) fn by_version(version: &str) -> Self {
        match version.rsplit_once(':') {
            Some((_, id)) => Self::Version(id.to_owned()),
            None if version.contains('/') => Self::Model(version.to_owned()),
            None => Self::Version(version.to_owned()),
        }
    }

    /// What a recording recorded.
    pub(crate) fn of(request: &RecordedRequest) -> Self {
        let model = request.model.clone().unwrap_or_default();
        match (request.route, &request.version) {
            (RecordedRoute::Version, Some(version)) => Self::by_version(version),
            (RecordedRoute::Deployment, _) => Self::Deployment(model),
            _ => Self::Model(model),
        }
    }

    /// What a canonical input is looked up by, together with this target.
    pub(crate) fn key(&self, canonical: &Value) -> String {
        let digest = Sha256::digest(json!([self.to_string(), canonical]).to_string());
        hex(&digest)
    }
}

/// An input in the form in which inputs are compared: keys sorted, whole numbers as integers (25.0 is
/// 25), keys and what signs URLs removed, and uploaded files by the digest of their content.
///
/// `upload` returns the digest (SHA-256 in hexadecimal digits) of the uploaded file that a text is
/// the URL of.
pub(crate) fn canonical_input(
    input: &Map<String, Value>,
    upload: &dyn Fn(&str) -> Option<String>,
) -> Value {
    canonical_object(input, upload)
}

fn canonical_object(object: &Map<String, Value>, upload: &dyn Fn(&str) -> Option<String>) -> Value {
    let sorted: BTreeMap<&String, &Value> = object.iter().collect();
    let sorted = sorted.into_iter().map(|(key, value)| (key.clone(), canonical(value, upload)));
    Value::Object(sorted.collect())
}

fn canonical(value: &Value, upload: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::Object(object) => canonical_object(object, upload),
        Value::Array(items) => items.iter().map(|item| canonical(item, upload)).collect(),
        Value::String(text) => match upload(text) {
            Some(sha256) => json!({UPLOAD: format!("sha256:{sha256}")}),
            None => scrub(text, Place::Input, &mut BTreeSet::new()).into_owned().into(),
        },
        Value::Number(number) => Value::Number(whole(number)),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// A whole number as an integer, as far as a float represents integers exactly.
fn whole(number: &Number) -> Number {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT => {
            #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
            let integer = float as i64;
            integer.into()
        }
        _ => number.clone(),
    }
}
