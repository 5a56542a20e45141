//! Response headers: the request id, and when the next request may be sent.

use std::time::{Duration, SystemTime};

use quickrouter_api::BufferedResponse;
use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::Value;

/// The request id, from a header or the gateway's error message.
pub(crate) fn request_id(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = ["x-request-id", "x-oneapi-request-id", "request-id", "cf-ray"]
        .into_iter()
        .find_map(|name| headers.get(name)?.to_str().ok());
    let in_message = || {
        let text = String::from_utf8_lossy(body);
        let (_, rest) = text.split_once("request id: ")?;
        let id: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        (!id.is_empty()).then_some(id)
    };
    header.map(str::to_owned).or_else(in_message)
}

/// How long to wait before retrying: the `Retry-After` header, else the body's `retry_after`, else
/// its `resets in ~30s`.
pub(crate) fn retry_after(response: &BufferedResponse, now: SystemTime) -> Option<Duration> {
    let header = response.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    header.and_then(|text| from_header(text.trim(), now)).or_else(|| from_body(&response.body))
}

/// The remaining requests and the time until they are reset, from the headers `ratelimit-remaining`
/// and `ratelimit-reset`. The reset is in seconds; a value too large for that is taken as a Unix
/// timestamp.
pub(crate) fn rate_limit(headers: &HeaderMap, now: SystemTime) -> (Option<u64>, Option<Duration>) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    const REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");
    const RESET: HeaderName = HeaderName::from_static("ratelimit-reset");
    let text = |name| headers.get(&name).and_then(|value| value.to_str().ok()).map(str::trim);
    let remaining = text(REMAINING).and_then(|text| text.parse().ok());
    let reset = text(RESET).and_then(|text| text.parse().ok());
    let reset = reset.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let until = |reset: Duration| {
        let until = SystemTime::UNIX_EPOCH.checked_add(reset)?;
        until.duration_since(now).ok().filter(|remaining_time| *remaining_time < DAY)
    };
    (remaining, reset.and_then(|reset| if reset < DAY { Some(reset) } else { until(reset) }))
}

/// Parses seconds or an HTTP date.
fn from_header(text: &str, now: SystemTime) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

fn from_body(body: &[u8]) -> Option<Duration> {
    let json: Value = serde_json::from_slice(body).ok()?;
    if let Some(seconds) = json.get("retry_after").and_then(Value::as_f64) {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let detail = json.get("detail")?.as_str()?;
    let (_, rest) = detail.split_once("resets in ~")?;
    let (number, _) = rest.split_once('s')?;
    Duration::try_from_secs_f64(number.trim().parse().ok()?).ok()
}
