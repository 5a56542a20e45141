//! What a create asks for, and whether a prediction is what was asked for.

use quickrouter_api::types::{ModelPredictionRequest, PredictionRequest};
use quickrouter_api::{Route, routes};
use serde_json::{Map, Value};

use crate::model::prediction::Prediction;

/// What a create asks for.
#[derive(Debug)]
pub(crate) struct Requested {
    /// The model's name; `None` where only a version is known.
    pub(crate) model: Option<String>,
    /// The version, where one was asked for.
    pub(crate) version: Option<String>,
    /// What is sent.
    pub(crate) body: Body,
}

impl Requested {
    /// Whether a prediction would show the same of both.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let same_model = (&self.model, &self.version) == (&other.model, &other.version);
        same_model && self.body.input() == other.body.input()
    }
}

/// A request body and the route it goes by.
#[derive(Debug)]
pub(crate) enum Body {
    ByVersion(PredictionRequest),
    ByModel { owner: String, name: String, body: ModelPredictionRequest },
}

impl Body {
    pub(crate) fn route(&self) -> Route {
        match self {
            Self::ByVersion(_) => routes::CREATE_PREDICTION,
            Self::ByModel { .. } => routes::CREATE_MODEL_PREDICTION,
        }
    }

    pub(crate) fn input(&self) -> &Map<String, Value> {
        match self {
            Self::ByVersion(body) => &body.input,
            Self::ByModel { body, .. } => &body.input,
        }
    }
}

impl Requested {
    /// Whether a prediction has this input, and this model as far as both are told.
    pub(crate) fn is_of(&self, prediction: &Prediction) -> bool {
        prediction.input().is_some_and(|input| same_object(self.body.input(), input))
            && self.may_be(prediction)
    }

    /// Whether nothing that a prediction tells is otherwise than asked. A version may differ from
    /// the one asked for, but where nothing else names the model.
    pub(crate) fn may_be(&self, prediction: &Prediction) -> bool {
        let same_model = match (&self.model, prediction.named_model()) {
            (Some(asked), Some(named)) => asked == named,
            (None, _) => match (&self.version, prediction.named_version()) {
                (Some(asked), Some(named)) => asked == named,
                _ => true,
            },
            _ => true,
        };
        same_model
            && prediction.input().is_none_or(|input| {
                // Some relays show an empty input, which says nothing.
                input.as_object().is_some_and(Map::is_empty)
                    || same_object(self.body.input(), input)
            })
    }
}

fn same_object(one: &Map<String, Value>, other: &Value) -> bool {
    let Some(other) = other.as_object() else { return false };
    let equal = |(key, value): (&String, &Value)| other.get(key).is_some_and(|it| same(value, it));
    one.len() == other.len() && one.iter().all(equal)
}

/// Whether two values are the same, 1 and 1.0 among them.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() || b.is_f64() => {
            a.as_f64() == b.as_f64()
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(one, other)| same(one, other))
        }
        (Value::Object(a), other) => same_object(a, other),
        (one, other) => one == other,
    }
}
