//! Finding the prediction in a response: at the top, in an envelope, or in a list of one.
//!
//! Replicate's API returns the prediction itself. Gateways of the new-api family wrap what they relay
//! (`{"code": "success", "data": {...}}`, `{"code": 1, "result": "ID"}`), and some number their tasks
//! instead of using ids.

use serde_json::{Map, Value};

/// The keys of an envelope, most likely first.
pub(crate) const ENVELOPES: [&str; 5] = ["prediction", "data", "result", "response", "task"];
/// The keys of an id.
const IDS: [&str; 5] = ["id", "prediction_id", "predictionId", "task_id", "taskId"];
/// The keys of a status, the contract's first; Kling's is `task_status`.
const STATUSES: [&str; 4] = ["status", "state", "task_status", "taskStatus"];
/// Keys specific to predictions, besides `id` and `status`.
pub(crate) const OWN: [&str; 7] =
    ["input", "output", "urls", "created_at", "logs", "model", "version"];
/// The keys in which a relay may put outputs if `output` has none.
const OUTPUTS: [&str; 13] = [
    "outputs",
    "data",
    "images",
    "image",
    "videos",
    "video",
    "results",
    "result",
    "task_result",
    "url",
    "image_url",
    "image_urls",
    "video_url",
];
/// How deeply envelopes may be nested.
const DEEPEST: usize = 4;

/// Whether a value is empty: relays fill unused fields with empty values.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.iter().all(is_empty),
        Value::Object(map) => map.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The value of a key, unless it is an empty one.
pub(crate) fn filled<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    map.get(key).filter(|value| !is_empty(value))
}

/// A string, or a whole number as text.
pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        // The last two would be paths.
        Value::String(text) if !matches!(text.trim(), "" | "." | "..") => Some(text.clone()),
        Value::Number(number) if number.is_u64() || number.is_i64() => Some(number.to_string()),
        _ => None,
    }
}

/// Returns the prediction in a response, however it is wrapped: an object with an id and a status.
pub(crate) fn prediction(response: &Value) -> Option<&Map<String, Value>> {
    search(response, &|map| own_id(map).is_some() && own_status(map).is_some(), 0)
}

/// Returns the prediction in the response to a poll, which may repeat neither its id nor a status:
/// an object with a key specific to predictions, or with a status and outputs.
pub(crate) fn polled(response: &Value) -> Option<&Map<String, Value>> {
    let fits = |map: &Map<String, Value>| {
        let own = OWN.iter().any(|key| filled(map, key).is_some());
        own || (own_status(map).is_some() && OUTPUTS.iter().any(|key| filled(map, key).is_some()))
    };
    search(response, &fits, 0)
}

fn search<'a>(
    value: &'a Value,
    fits: &dyn Fn(&Map<String, Value>) -> bool,
    depth: usize,
) -> Option<&'a Map<String, Value>> {
    if depth > DEEPEST {
        return None;
    }
    let map = match value {
        Value::Object(map) => map,
        Value::Array(list) => match list.as_slice() {
            [one] => return search(one, fits, depth + 1),
            _ => return None,
        },
        _ => return None,
    };
    let complete = fits(map);
    // An envelope may have an id and a status of its own, those of the request.
    if complete && OWN.iter().any(|key| map.contains_key(*key)) {
        return Some(map);
    }
    let mut inside = ENVELOPES.iter().filter_map(|key| map.get(*key));
    let inner = inside.find_map(|value| search(value, fits, depth + 1));
    inner.or(complete.then_some(map))
}

/// The status as written.
pub(crate) fn own_status(map: &Map<String, Value>) -> Option<&str> {
    STATUSES.iter().filter_map(|key| filled(map, key)).find_map(Value::as_str)
}

/// Returns the id in a response without a whole prediction.
pub(crate) fn id(response: &Value) -> Option<String> {
    id_at(response, 0)
}

fn id_at(value: &Value, depth: usize) -> Option<String> {
    if depth > DEEPEST {
        return None;
    }
    match value {
        Value::Object(map) => {
            let mut inside = ENVELOPES.iter().filter_map(|key| map.get(*key));
            let wrapped = inside.find_map(|value| id_at(value, depth + 1));
            wrapped.or_else(|| own_id(map)).or_else(|| bare_id(map))
        }
        Value::Array(list) => match list.as_slice() {
            [one] => id_at(one, depth + 1),
            _ => None,
        },
        _ => None,
    }
}

/// The id of an object under one of its keys.
pub(crate) fn own_id(map: &Map<String, Value>) -> Option<String> {
    IDS.iter().find_map(|key| map.get(*key).and_then(id_text))
}

/// Returns the id in `{"code": 1, "result": "1320098173412546"}`, as midjourney-proxy responds. A
/// string under no id key counts as an id only if it cannot be a word.
fn bare_id(map: &Map<String, Value>) -> Option<String> {
    let is_id = |text: &String| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        let digits = text.bytes().any(|byte| byte.is_ascii_digit());
        digits && (6..=128).contains(&text.len()) && text.bytes().all(plain)
    };
    let bare = ["result", "data", "task"].iter().filter_map(|key| map.get(*key));
    bare.filter_map(id_text).find(is_id)
}

/// Returns the error of an object: a string or more. A flag or a number says nothing.
pub(crate) fn error(map: &Map<String, Value>) -> Option<&Value> {
    filled(map, "error").filter(|error| !matches!(error, Value::Bool(_) | Value::Number(_)))
}

/// Returns the error of an object without outputs as message and code, in the formats of several
/// services: `error`, `errors`, `{code, message}`, `{error_code, error_msg}`, `{type: "error"}`, and the
/// reason of a filter.
pub(crate) fn failure(map: &Map<String, Value>) -> Option<(String, String)> {
    let text = |value: &Value| match value {
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    let first = |keys: &[&str]| keys.iter().find_map(|key| filled(map, key));
    let message = first(&["message", "msg", "error_msg", "error_message", "fail_reason", "detail"]);
    let code = first(&["code", "error_code", "errorCode"]).map(text);
    // A code for success is not an error code.
    let fine = |code: &String| matches!(code.as_str(), "0" | "200" | "success" | "ok");
    let code = code.filter(|code| !fine(code));
    if let Some(errors) = filled(map, "errors") {
        return Some((text(errors), code.unwrap_or_default()));
    }
    let is_error = filled(map, "type").is_some_and(|kind| kind == "error")
        || map.get("error").is_some_and(|flag| *flag == true);
    if let Some(message) = message.filter(|_| is_error || code.is_some()) {
        return Some((text(message), code.unwrap_or_default()));
    }
    let reason = first(&["finish_reason", "filter_reason", "block_reason"]).map(text)?;
    let lower = reason.to_lowercase();
    let filters = ["filter", "block", "safety", "moderat", "policy", "nsfw", "sensitive"];
    let filtered = map.contains_key("filter_reason") || map.contains_key("block_reason");
    (filtered || filters.iter().any(|word| lower.contains(word))).then(|| (reason, String::new()))
}

/// The OpenAI-shaped response, `{"created": ..., "data": [...]}`, perhaps inside `data`.
pub(crate) fn images(response: &Value) -> Option<&Map<String, Value>> {
    let map = response.as_object()?;
    match map.get("data")? {
        Value::Array(list) => (!list.is_empty() || map.contains_key("created")).then_some(map),
        inner @ Value::Object(own) if own.contains_key("created") => images(inner),
        _ => None,
    }
}

/// Returns the value with the outputs of a prediction: `output`, or the first field in which relays
/// put them.
pub(crate) fn outputs(prediction: &Value) -> Option<&Value> {
    let map = prediction.as_object()?;
    let output = filled(map, "output");
    output.or_else(|| OUTPUTS.iter().find_map(|key| filled(map, key)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{id, is_empty, prediction};

    #[test]
    fn a_prediction_is_found_in_every_envelope() {
        let own = json!({"id": "p1", "status": "starting", "input": {}});
        for response in [
            own.clone(),
            json!([own]),
            json!({"data": own}),
            json!({"code": "success", "message": "", "data": [own]}),
            json!({"prediction": own}),
            json!({"success": true, "result": {"prediction": own}}),
            json!({"id": "request-7", "status": "success", "data": own}),
            json!({"status": 200, "data": {"data": own}}),
        ] {
            let found = prediction(&response).map(|map| map["id"].clone());
            assert_eq!(found, Some(json!("p1")), "{response}");
        }
    }

    #[test]
    fn what_holds_two_predictions_or_none_is_not_guessed_at() {
        let own = json!({"id": "p1", "status": "starting"});
        for response in [
            json!([own, own]),
            json!({"data": [own, own]}),
            json!({"meta": own}),
            json!({"id": "", "status": "starting"}),
            json!({"id": "p1", "status": ""}),
            json!({"id": 1.5, "status": "starting"}),
            json!({"data": {"data": {"data": {"data": {"data": own}}}}}),
        ] {
            assert_eq!(prediction(&response), None, "{response}");
        }
    }

    #[test]
    fn an_id_is_found_where_there_is_no_whole_prediction() {
        for (response, found) in [
            (json!({"id": "p1"}), Some("p1")),
            (json!({"id": 123}), Some("123")),
            (json!({"id": "request-7", "data": {"id": "p1"}}), Some("p1")),
            (json!({"data": [{"task_id": "p1"}]}), Some("p1")),
            (json!({"code": 1, "result": "1320098173412546"}), Some("1320098173412546")),
            (json!({"code": 1, "result": "task was submitted"}), None),
            (json!({"id": "p1", "task": "text-to-image"}), Some("p1")),
            (json!({"id": "p1", "data": "success", "response": "accepted"}), Some("p1")),
            (json!({"data": "success"}), None),
            (json!({"result": {"images": [{"url": "https://x.example/a.png"}]}}), None),
            (json!({"data": [{"id": "a"}, {"id": "b"}]}), None),
        ] {
            assert_eq!(id(&response).as_deref(), found, "{response}");
        }
    }

    #[test]
    fn what_is_filled_with_nothing_is_empty() {
        for empty in [json!(null), json!(""), json!(" "), json!([]), json!({"a": ["", null]})] {
            assert!(is_empty(&empty), "{empty}");
        }
        for filled in [json!(0), json!(false), json!("a"), json!([[], 1])] {
            assert!(!is_empty(&filled), "{filled}");
        }
    }
}
