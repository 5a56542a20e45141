//! When a response was sent.

use std::time::SystemTime;

use reqwest::header::{AGE, DATE, HeaderMap};

/// When a response was sent, by the gateway's clock and in whole seconds: its `Date`, unless a cache
/// delayed it (`Age`).
pub(crate) fn date_of(headers: &HeaderMap) -> Option<SystemTime> {
    let date = headers.get(DATE).filter(|_| !headers.contains_key(AGE))?;
    httpdate::parse_http_date(date.to_str().ok()?).ok()
}
