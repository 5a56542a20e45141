//! What an error answer says: Replicate's form, the gateway's, a page of HTML, or nothing.

use std::time::{Duration, SystemTime};

use quickrouter_api::Answer;
use reqwest::header::{HeaderMap, HeaderName, RETRY_AFTER};
use serde_json::Value;

use crate::printable::excerpt;

/// Message and code of an error body.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Told {
    pub(crate) message: String,
    pub(crate) code: String,
}

/// Reads an error body of either family, and of neither.
pub(crate) fn told(body: &[u8]) -> Told {
    let Ok(json) = serde_json::from_slice::<Value>(body) else {
        return Told {
            message: html_title(body).unwrap_or_else(|| excerpt(body)),
            code: String::new(),
        };
    };
    if let Some(error) = json.get("error") {
        return error_words(error);
    }
    let (title, detail) = (json.get("title"), json.get("detail"));
    if title.is_none() && detail.is_none() {
        return Told { message: excerpt(body), code: String::new() };
    }
    let parts = [title.map(words), detail.map(details)];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    Told { message: parts.join(": "), code: String::new() }
}

/// Message and code of an `error`: text, or an object with both.
pub(crate) fn error_words(error: &Value) -> Told {
    let code = [error.get("code"), error.get("type")]
        .into_iter()
        .flatten()
        .map(words)
        // Gateways of this family write 0 where they have no code.
        .find(|code| !matches!(code.as_str(), "" | "0"));
    let message = error.get("message").map_or_else(|| words(error), words);
    Told { message, code: code.unwrap_or_default() }
}

impl Told {
    /// `message (code)`, or what there is of both.
    pub(crate) fn in_words(&self) -> String {
        match (self.message.as_str(), self.code.as_str()) {
            (message, "") => message.to_owned(),
            ("", code) => code.to_owned(),
            (message, code) => format!("{message} ({code})"),
        }
    }
}

/// `detail` is text, or a list of `{loc, msg, type}`.
fn details(detail: &Value) -> String {
    let Some(list) = detail.as_array() else { return words(detail) };
    let one = |item: &Value| {
        let place = item.get("loc").and_then(Value::as_array).map(|loc| {
            let parts = loc.iter().map(words).filter(|part| part != "body");
            parts.collect::<Vec<_>>().join(".")
        });
        match (place, item.get("msg")) {
            (Some(place), Some(message)) => format!("{place}: {}", words(message)),
            (None, Some(message)) => words(message),
            _ => words(item),
        }
    };
    list.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    }
}

fn html_title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(format!("a page titled {:?}", text[start..end].trim()))
}

/// The request id, from a header or from the gateway's message.
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

/// How long to wait before asking again: the header, else `retry_after`, else `resets in ~30s`.
pub(crate) fn retry_after(answer: &Answer, now: SystemTime) -> Option<Duration> {
    let header = answer.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    header.and_then(|text| from_header(text.trim(), now)).or_else(|| from_body(&answer.body))
}

/// How many requests are left, and for how long: the headers `ratelimit-remaining` and
/// `ratelimit-reset`. The latter is in seconds; where it is so large that it can only be the time of
/// day in Unix seconds, it is taken for that.
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
        until.duration_since(now).ok().filter(|left| *left < DAY)
    };
    (remaining, reset.and_then(|reset| if reset < DAY { Some(reset) } else { until(reset) }))
}

/// Seconds or an HTTP date.
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
