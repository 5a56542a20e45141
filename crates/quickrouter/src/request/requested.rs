//! [`Requested`]: what a create requests, and whether a prediction matches it.

use quickrouter_api::types::{ModelPredictionRequest, PredictionRequest};
use quickrouter_api::{Route, find_model, routes};
use serde_json::{Map, Value};

use crate::model::expected::Expected;
use crate::model::prediction::Prediction;

/// What a create requests.
#[derive(Debug)]
pub(crate) struct Requested {
    /// The model's name; `None` if only a version is known.
    pub(crate) model: Option<String>,
    /// The version, if requested.
    pub(crate) version: Option<String>,
    /// The request body.
    pub(crate) body: Body,
}

impl Requested {
    /// Whether a prediction could not distinguish the two.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        let same_model = (&self.model, &self.version) == (&other.model, &other.version);
        same_model && self.body.input() == other.body.input()
    }

    /// What its prediction is validated against.
    pub(crate) fn expected(&self) -> Expected {
        let model = self.model.as_deref().and_then(find_model);
        let outputs = model.and_then(|model| model.requested_outputs(self.body.input()));
        Expected { model, outputs }
    }

    /// Whether the input has a seed, which the models of the contract call so.
    pub(crate) fn has_seed(&self) -> bool {
        self.body.input().get("seed").is_some_and(Value::is_number)
    }
}

/// A request body and its route.
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
    /// Whether a prediction has this input, and does not contradict this model.
    pub(crate) fn is_of(&self, prediction: &Prediction) -> bool {
        prediction.input().is_some_and(|input| same_object(self.body.input(), input))
            && self.may_be(prediction)
    }

    /// Whether the prediction is consistent with the request. The version may differ from the
    /// requested one, unless nothing else names the model.
    pub(crate) fn may_be(&self, prediction: &Prediction) -> bool {
        let same_model = match (&self.model, prediction.named_model()) {
            (Some(requested), Some(named)) => requested == named,
            (None, _) => match (&self.version, prediction.named_version()) {
                (Some(requested), Some(named)) => requested == named,
                _ => true,
            },
            _ => true,
        };
        same_model
            && prediction.input().is_none_or(|input| {
                // Some relays return an empty input, which proves nothing.
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

/// Whether two values are equal, treating 1 and 1.0 as equal.
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
