//! What became of a create: the same decisions as the SDK's retry table, made independently of it.

use crate::recorder::upstream::{NoResponse, UpstreamResponse};
use crate::wire::json;
use http::StatusCode;
use quickrouter_api::{Status, codes};
use serde_json::{Map, Value, json};

/// So many bytes of what cannot be read are shown.
const MAX_SHOWN: usize = 2000;

/// What became of a create.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A prediction was made; `None` for one without an id, which has ended.
    Accepted { prediction: Map<String, Value>, id: Option<String> },
    /// The gateway refused it, and says so itself.
    Refused,
    /// The gateway has not processed it.
    NotProcessed {
        why: String,
        /// Whether sending it again could help.
        again: bool,
    },
    /// It may have been accepted.
    Unknown(String),
}

/// Decides, by the rules of design and contract: a 429, a 503 and every other 4xx but 408 is a
/// refusal; a 408, another 5xx, a 303 and all that cannot be read may have been accepted.
pub(super) fn outcome(answered: &Result<UpstreamResponse, NoResponse>) -> Outcome {
    let answer = match answered {
        Ok(answer) => answer,
        Err(unanswered) if unanswered.certainly_not_processed => {
            return Outcome::NotProcessed { why: unanswered.why.clone(), again: unanswered.again };
        }
        Err(unanswered) => return unknown(unanswered.why.clone(), &unanswered.body),
    };
    match answer.status.as_u16() {
        200..=299 => match created(&answer.body) {
            Some((prediction, id)) => Outcome::Accepted { prediction, id },
            None => unknown(format!("HTTP {} without a prediction", answer.status), &answer.body),
        },
        303 | 408 => unknown(format!("HTTP {}", answer.status), &answer.body),
        300..=399 => Outcome::NotProcessed {
            why: format!(
                "the gateway redirects (HTTP {}), which is not followed; use its new address",
                answer.status
            ),
            again: false,
        },
        // What a recorder in front of this one says of an unknown outcome.
        422 if code(&answer.body) == Some(codes::CREATE_OUTCOME_UNKNOWN.into()) => {
            unknown(format!("HTTP {}", answer.status), &answer.body)
        }
        400..=499 | 503 => Outcome::Refused,
        _ => unknown(format!("HTTP {}", answer.status), &answer.body),
    }
}

/// It may have been accepted; what came back may name the prediction.
fn unknown(why: String, body: &[u8]) -> Outcome {
    let text = String::from_utf8_lossy(&body[..body.len().min(MAX_SHOWN)]);
    let text: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    match text.trim() {
        "" => Outcome::Unknown(why),
        text => Outcome::Unknown(format!("{why}: {text}")),
    }
}

fn code(body: &[u8]) -> Option<Value> {
    json::parse(body).ok()?.pointer("/error/code").cloned()
}

/// The prediction in a response to a create, in whatever envelope: at the top, below one key as
/// relays of the family wrap it, or `{created, data: [{url}]}`, which has no id and has ended.
fn created(body: &[u8]) -> Option<(Map<String, Value>, Option<String>)> {
    let value = json::parse(body).ok()?;
    if let Some(prediction) = prediction_in(&value) {
        let id = prediction.get("id").and_then(Value::as_str).map(str::to_owned);
        return Some((prediction.clone(), id));
    }
    let data = value.get("created").and(value.get("data"))?.as_array()?;
    let urls = data.iter().map(|item| item.get("url")?.as_str().filter(|url| !url.is_empty()));
    let urls: Option<Vec<&str>> = urls.collect();
    let urls = urls.filter(|urls| !urls.is_empty())?;
    let prediction = json!({"status": Status::Succeeded, "output": urls});
    let Value::Object(prediction) = prediction else { return None };
    Some((prediction, None))
}

/// The prediction in a value: an object with an id and a status.
pub(super) fn prediction_in(value: &Value) -> Option<&Map<String, Value>> {
    let is_prediction = |value: &Value| {
        let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
        !text("id").is_empty() && !text("status").is_empty()
    };
    if is_prediction(value) {
        return value.as_object();
    }
    let inner = ["data", "prediction", "result"].into_iter().find_map(|name| value.get(name))?;
    if is_prediction(inner) { inner.as_object() } else { None }
}

/// Whether a status ends with an error that a client may send again without risk.
pub(super) fn is_retryable_read(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status.as_u16(), 404 | 408 | 425 | 429)
}
