//! File names of saved outputs, derived from the prediction.

use std::fmt::Write;

use quickrouter_api::Clock;
use serde_json::Value;

use crate::model::prediction::Prediction;

/// The part before the index: the prediction's id, or its creation time if it has no id.
pub(crate) fn stem(prediction: &Prediction, clock: &Clock) -> String {
    if let Some(id) = prediction.id() {
        let mut name = escaped(id.as_str());
        // File systems allow 255 bytes; an index and an extension follow.
        name.truncate(200);
        return name;
    }
    let created = prediction.raw().get("created").and_then(Value::as_u64).unwrap_or_else(|| {
        let since = clock.now().duration_since(std::time::UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    });
    format!("quickrouter-{created}")
}

/// Percent-encodes everything but letters, digits, `-` and `_`.
fn escaped(id: &str) -> String {
    id.bytes().fold(String::new(), |mut name, byte| {
        if byte.is_ascii_alphanumeric() || b"-_".contains(&byte) {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02X}");
        }
        name
    })
}
