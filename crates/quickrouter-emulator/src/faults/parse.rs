//! Reads faults, and refuses those that could never do what they say.

use super::fault::{CREATE, CannedBody, Effect, Fault, Faults, Nth, OUTPUT};
use crate::error::Error;
use crate::model::failure;
use crate::wire::json;
use crate::wire::paths::is_create;
use http::HeaderValue;
use quickrouter_api::routes;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Longest delay, in seconds: a day.
const LONGEST: f64 = 86_400.0;

impl Faults {
    /// Reads `{"seed": N, "faults": [...]}`.
    ///
    /// # Errors
    /// [`Error::Fault`] with what is wrong.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let faults: Self = read(text)?;
        faults.check()?;
        Ok(faults)
    }

    /// The same faults with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.faults.iter().try_for_each(Fault::check)
    }
}

impl Fault {
    /// Reads `{"on": {...}, "do": ...}`.
    ///
    /// # Errors
    /// [`Error::Fault`] with what is wrong.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let fault: Self = read(text)?;
        fault.check()?;
        Ok(fault)
    }

    fn check(&self) -> Result<(), Error> {
        let wrong = |why: String| Err(Error::Fault(why));
        let route = self.on.route.as_deref();
        let api = routes::ALL.iter().map(|route| route.operation);
        let all: Vec<_> = api.chain(routes::origin::ALL.iter().map(|route| route.name)).collect();
        let known = |name: &str| name == CREATE || name == OUTPUT || all.contains(&name);
        if let Some(name) = route.filter(|name| !known(name)) {
            return wrong(format!(
                "there is no route {name:?}; there are {CREATE}, {OUTPUT}, {}",
                all.join(", ")
            ));
        }
        let nth = self.on.nth.as_ref().map(|nth| match nth {
            Nth::One(nth) => std::slice::from_ref(nth),
            Nth::Each(all) => all,
        });
        if nth.is_some_and(<[u64]>::is_empty) {
            return wrong("nth names no request, so the fault would never apply".into());
        }
        if nth.is_some_and(|nth| nth.contains(&0)) {
            return wrong("nth counts from 1, not 0".into());
        }
        if let Some(odds) = self.on.probability.filter(|odds| !(0.0..=1.0).contains(odds)) {
            return wrong(format!("the probability must be from 0 to 1, not {odds}"));
        }
        let of_create = route.is_some_and(|route| route == CREATE || is_create(route));
        if self.effect.applies_to_creates() && !of_create {
            return wrong(format!(
                "fail, drop_outputs and webhooks apply to creates: add \"on\": {{\"route\": {CREATE:?}}}"
            ));
        }
        self.effect.check().or_else(wrong)
    }
}

impl Effect {
    pub(super) fn applies_to_creates(&self) -> bool {
        matches!(self, Self::Fail(_) | Self::DropOutputs(_) | Self::Webhooks(_))
    }

    fn check(&self) -> Result<(), String> {
        match self {
            Self::DelayBefore(seconds) | Self::DelayAfter(seconds)
                if !(0.0..=LONGEST).contains(seconds) =>
            {
                Err(format!("a delay must be from 0 to {LONGEST} seconds, not {seconds}"))
            }
            Self::Answer(answer) => match (answer.status, &answer.code) {
                (Some(status), _) if !(200..=599).contains(&status) => {
                    Err(format!("the status must be from 200 to 599, not {status}"))
                }
                (Some(204 | 304), _) if !matches!(answer.body, Some(CannedBody::Empty)) => {
                    Err("an answer of 204 or 304 has no body: add \"body\": \"empty\"".into())
                }
                (None, Some(code)) if failure::status_of(code).is_none() => {
                    Err(format!("the contract has no status for the code {code:?}; add one"))
                }
                (None, None) => Err("an answer needs a status, a code, or both".into()),
                _ => match &answer.location {
                    Some(url) if HeaderValue::from_str(url).is_err() => {
                        Err(format!("the location {url:?} is not a valid header value"))
                    }
                    _ => Ok(()),
                },
            },
            Self::Fail(reason) if failure::message(reason).is_none() => {
                let all = failure::reasons().collect::<Vec<_>>().join(", ");
                Err(format!("a prediction fails with one of {all}, not {reason:?}"))
            }
            Self::DropOutputs(outputs) if outputs.is_empty() => {
                Err("drop_outputs must list numbers from 0; it is empty".into())
            }
            Self::Status(status) if status.is_empty() => Err("the status must not be empty".into()),
            _ => Ok(()),
        }
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    let tree = json::parse(text.as_bytes()).map_err(|error| Error::Fault(error.to_string()))?;
    if let Some(place) = list(&tree) {
        return Err(Error::Fault(format!("{place} must be a JSON object, not a list")));
    }
    serde_json::from_str(text).map_err(|error| Error::Fault(error.to_string()))
}

/// Finds a list in place of an object. serde would read it as the fields in their order, and an
/// empty one as an object without any.
fn list(tree: &Value) -> Option<&'static str> {
    let of = |fault: &Value| {
        let places =
            [("a fault", fault), ("\"on\"", &fault["on"]), ("\"answer\"", &fault["do"]["answer"])];
        places.into_iter().find(|(_, value)| value.is_array()).map(|(place, _)| place)
    };
    if tree.is_array() {
        return Some("it");
    }
    of(tree).or_else(|| tree["faults"].as_array()?.iter().find_map(of))
}
