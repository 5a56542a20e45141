//! A fault: which requests it applies to, and what it does.

use serde::{Deserialize, Serialize};

/// Faults, and the seed for those with a probability: the same seed and the same requests in the
/// same order meet the same faults.
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
    /// The seed for faults with a probability; 0 by default.
    #[serde(default)]
    pub seed: u64,
    /// The faults. Several can apply to one request.
    #[serde(default)]
    pub faults: Vec<Fault>,
}

/// One fault: which requests it applies to, and what it does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// Which requests it applies to; by default every request to the API.
    #[serde(default)]
    pub on: Trigger,
    /// What it does.
    #[serde(rename = "do")]
    pub effect: Effect,
}

/// Which requests a fault applies to: those that match everything given.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Trigger {
    /// An operation of the contract such as `get_prediction`, or `create` for a create by either
    /// route, or `output` for downloading an output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// Which of the requests by that route since the faults were set, counted from 1: a number, or
    /// a list of numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nth: Option<Nth>,
    /// Its probability, from 0 to 1; 1 by default.
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

/// What a fault does. `before`: the request has had no effect yet. `after`: it was carried out; a
/// create was accepted and would be billed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Effect {
    /// Responds with something else.
    Answer(CannedResponse),
    /// Waits this many seconds before the request is carried out.
    DelayBefore(f64),
    /// Carries the request out, and waits this many seconds before responding.
    DelayAfter(f64),
    /// Resets the connection before the request is carried out.
    ResetBefore,
    /// Carries the request out, and resets the connection instead of responding.
    ResetAfter,
    /// Sends only this many bytes of the response body, then breaks the connection.
    Truncate(usize),
    /// Sends a response body that is not JSON.
    Garbage,
    /// Shows this as the prediction's status in the response, whatever it is.
    Status(String),
    /// On a create: the prediction fails, with `nsfw` or a code that the contract has for failed
    /// predictions, such as `E1001`.
    Fail(String),
    /// On a create: these outputs, counted from 0, are missing when it succeeds. If all are dropped
    /// it fails, as the model does.
    DropOutputs(Vec<usize>),
    /// On a create: its webhook deliveries go wrong.
    Webhooks(WebhookFault),
}

/// A response in place of the request's own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CannedResponse {
    /// The HTTP status, from 200 to 599. By default the one that the contract has for the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The code in the body, such as `model_not_found`; the body then has the gateway's format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The message in the body; by default the status' reason phrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The body; by default an error in this gateway's format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<CannedBody>,
    /// The header Retry-After, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The header Location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Whether the request is carried out first; false by default.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub after: bool,
}

/// The body of a [`CannedResponse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CannedBody {
    /// An HTML error page, as from a proxy.
    Html,
    /// Nothing.
    Empty,
    /// This text, as `text/plain`.
    Text(String),
    /// This JSON.
    Json(serde_json::Value),
}

/// What goes wrong with a prediction's webhook deliveries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WebhookFault {
    /// Each is delivered twice, with the same id.
    Duplicate,
    /// Each is signed with a wrong secret.
    Forged,
    /// None is delivered.
    Lost,
}

/// The `route` that stands for all creates.
pub(crate) const CREATE: &str = "create";
/// The `route` that stands for downloading an output.
pub(crate) const OUTPUT: &str = "output";

impl Fault {
    /// A fault that applies to every request to the API.
    pub fn new(effect: Effect) -> Self {
        Self { on: Trigger::default(), effect }
    }

    /// Restricts it to requests by this route; see [`Trigger::route`].
    #[must_use]
    pub fn on(mut self, route: impl Into<String>) -> Self {
        self.on.route = Some(route.into());
        self
    }

    /// Restricts it to the `nth` request by its route, counted from 1.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.on.nth = Some(Nth::One(nth));
        self
    }

    /// Sets its probability, from 0 to 1.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.on.probability = Some(probability);
        self
    }
}

impl CannedResponse {
    /// Responds with this status and an error in the gateway's format, before the request is
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

    /// Sets the code in the body.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: CannedBody) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets the header Retry-After, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Sets the header Location.
    #[must_use]
    pub fn location(mut self, url: impl Into<String>) -> Self {
        self.location = Some(url.into());
        self
    }

    /// Responds after the request was carried out: a create was then accepted.
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
    /// The effect as JSON.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
