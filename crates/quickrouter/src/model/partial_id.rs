//! Finding the id in a response that is not a prediction, or is truncated.

use serde_json::Value;

use crate::model::envelope;
use crate::model::prediction_id::PredictionId;

/// Returns the id in a response that is not a prediction, or that is truncated: its own, not one of
/// something inside it.
pub(crate) fn id_in(body: &[u8]) -> Option<PredictionId> {
    if let Ok(whole) = serde_json::from_slice::<Value>(body) {
        return PredictionId::new(envelope::id(&whole)?).ok();
    }
    let text = String::from_utf8_lossy(body);
    let (before, rest) = text.split_once("\"id\"")?;
    if !is_opening(before) {
        return None;
    }
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let id = match rest.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?.0,
        // A number must be followed by something, or its end may be cut off.
        None => rest.split_once(|c: char| !c.is_ascii_digit())?.0,
    };
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if plain { PredictionId::new(id).ok() } else { None }
}

/// Whether a string opens one object, perhaps inside envelopes, and nothing else.
fn is_opening(text: &str) -> bool {
    let mut opened = text.split('{');
    if text.contains('[') || !opened.next().is_some_and(|before| before.trim().is_empty()) {
        return false;
    }
    let mut keys: Vec<&str> = opened.collect();
    // The keys before the id in its own object.
    keys.pop().is_some()
        && keys.iter().all(|inside| {
            let key = inside.trim_end().strip_suffix(':').map(str::trim_end);
            let key = key.and_then(|key| key.strip_suffix('"'));
            inside.trim().is_empty()
                || key.is_some_and(|key| {
                    envelope::ENVELOPES.iter().any(|name| key.ends_with(&format!("\"{name}")))
                })
        })
}
