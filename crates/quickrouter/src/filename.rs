//! What a saved output is called: never a name that the gateway could choose.

use std::fmt::Write;

use quickrouter_api::Clock;
use serde_json::Value;
use url::Url;

use crate::prediction::Prediction;

/// The part before the index: the id, or the time of creation where there is no id.
pub(crate) fn stem(prediction: &Prediction, clock: &Clock) -> String {
    if let Some(id) = prediction.id() {
        let mut name = escaped(id.as_str());
        // File systems take 255 bytes; an index and an extension follow.
        name.truncate(200);
        return name;
    }
    let created = prediction.raw().get("created").and_then(Value::as_u64).unwrap_or_else(|| {
        let since = clock.now().duration_since(std::time::UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    });
    format!("quickrouter-{created}")
}

/// An id as it may stand in a file name: other characters than letters, digits, `-` and `_` are
/// percent-encoded.
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

/// The extension for a media type; else from the URL, else from the content, else `bin`.
pub(crate) fn extension(media_type: &str, url: Option<&Url>, content: &[u8]) -> String {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let told = match media_type.as_str() {
        "" | "application/octet-stream" | "binary/octet-stream" => None,
        known => mime2ext::mime2ext(known).map(str::to_owned),
    };
    told.or_else(|| from_url(url?))
        .or_else(|| infer::get(content).map(|kind| kind.extension().to_owned()))
        .unwrap_or_else(|| "bin".to_owned())
}

fn from_url(url: &Url) -> Option<String> {
    let (_, extension) = url.path_segments()?.next_back()?.rsplit_once('.')?;
    let plain = (1..=5).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain.then(|| extension.to_ascii_lowercase())
}
