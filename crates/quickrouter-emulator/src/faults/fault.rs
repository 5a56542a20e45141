//! A fault: which requests meet it, and what it does.

use serde::{Deserialize, Serialize};

/// Faults, and the seed that those with a probability draw from: the same seed and the same requests
/// in the same order meet the same faults.
///
/// ```
/// # fn example() -> Result<(), quickrouter_emulator::Error> {
/// use quickrouter_emulator::Faults;
///
/// let faults = Faults::from_json(r#"{"seed": 7, "faults": [
///     {"on": {"route": "create", "nth": 1}, "do": {"answer": {"status": 429, "retry_after": 3}}},
///     {"on": {"route": "get_prediction", "probability": 0.1}, "do": "reset_before"}
/// ]}"#)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Faults {
    /// What faults with a probability draw from; 0 unless given.
    #[serde(default)]
    pub seed: u64,
    /// The faults. A request can meet several of them.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// One fault: on which requests, and what it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// Which requests meet it; every request of the API unless given.
    #[serde(default)]
    pub on: Trigger,
    /// What it does.
    #[serde(rename = "do")]
    pub effect: Effect,
}

/// Which requests meet a fault: those that fit everything that is given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trigger {
    /// An operation of the contract such as `get_prediction`, or `create` for a create by either
    /// route, or `output` for the download of an output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Which of the requests by that route since the faults were set, counted from 1: one number, or
    /// a list of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<Nth>,
    /// How likely it is, from 0 to 1; certain unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// One number, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Nth {
    /// This one.
    One(u64),
    /// Each of these.
    Each(Vec<u64>),
}

/// What a fault does. `before`: the request has done nothing yet; `after`: it was carried out, a
/// create was accepted and would be billed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Another answer than its own.
    Answer(CannedResponse),
    /// So many seconds pass before it is carried out.
    DelayBefore(f64),
    /// So many seconds pass between carrying it out and the answer.
    DelayAfter(f64),
    /// The connection is reset before it is carried out.
    ResetBefore,
    /// It is carried out, and the connection is reset instead of an answer.
    ResetAfter,
    /// Of the answer's body only so many bytes come; then the connection breaks.
    Truncate(usize),
    /// The answer's body is no JSON.
    Garbage,
    /// A prediction's status reads so in this answer, whatever it is.
    Status(String),
    /// Trigger a create: the prediction fails. `nsfw`, or a code that the contract has for failed
    /// predictions, such as `E1001`.
    Fail(String),
    /// Trigger a create: these outputs, counted from 0, are not there when it has succeeded. When all are
    /// dropped it fails, as the model does.
    DropOutputs(Vec<usize>),
    /// Trigger a create: its webhook deliveries go wrong.
    Webhooks(WebhookFault),
}

/// An answer in place of the request's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CannedResponse {
    /// The HTTP status, from 200 to 599. Without it, the one that the contract has for the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The code in the body, such as `model_not_found`: the body has the gateway's form then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The message in the body; the status' own unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What the body is; unless given, an error in the form of this gateway's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<CannedBody>,
    /// The header Retry-After, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The header Location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Whether the request is carried out before it is so answered; false unless given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after: bool,
}

/// The body of an answer that a fault makes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CannedBody {
    /// A page, as a proxy between makes it.
    Html,
    /// Nothing.
    Empty,
    /// This text, as `text/plain`.
    Text(String),
    /// This JSON.
    Json(serde_json::Value),
}

/// What goes wrong with the webhook deliveries of a prediction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookFault {
    /// Each is delivered twice, with the same id.
    Duplicate,
    /// Each is signed with another secret than the gateway's.
    Forged,
    /// None is delivered.
    Lost,
}

/// The route of a fault that stands for both creates.
pub(crate) const CREATE: &str = "create";
/// The route of a fault that stands for the download of an output.
pub(crate) const OUTPUT: &str = "output";

impl Fault {
    /// A fault of every request of the API.
    pub fn new(effect: Effect) -> Self {
        Self { on: Trigger::default(), effect }
    }

    /// Only of requests by this route; see [`Trigger::route`].
    #[must_use]
    pub fn on(mut self, route: impl Into<String>) -> Self {
        self.on.route = Some(route.into());
        self
    }

    /// Only of the `nth` request by its route, counted from 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.on.nth = Some(Nth::One(nth));
        self
    }

    /// Only so likely, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.on.probability = Some(probability);
        self
    }
}

impl CannedResponse {
    /// An answer with this status, with an error in the gateway's own form, before the request is
    /// carried out.
    pub fn status(status: u16) -> Self {
        let status = Some(status);
        Self {
            status,
            code: None,
            message: None,
            body: None,
            retry_after: None,
            location: None,
            after: false,
        }
    }

    /// With this code in the body.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: CannedBody) -> Self {
        self.body = Some(body);
        self
    }

    /// With the header Retry-After, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// With the header Location.
    #[must_use]
    pub fn location(mut self, url: impl Into<String>) -> Self {
        self.location = Some(url.into());
        self
    }

    /// After the request was carried out: a create so answered was accepted.
    #[must_use]
    pub fn after(mut self) -> Self {
        self.after = true;
        self
    }
}

impl From<CannedResponse> for Effect {
    fn from(answer: CannedResponse) -> Self {
        Self::Answer(answer)
    }
}

impl FromIterator<Fault> for Faults {
    fn from_iter<T: IntoIterator<Item = Fault>>(faults: T) -> Self {
        Self { seed: 0, faults: faults.into_iter().collect() }
    }
}

impl Effect {
    /// As it stands in JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
