//! `Cancel-After`: a create may set a deadline for its prediction.

use crate::wire::problem::Problem;
use http::HeaderMap;
use jiff::Timestamp;
use quickrouter_api::limits;
use std::time::{Duration, SystemTime};

const HEADER: &str = "Cancel-After";

/// The deadline of a prediction created now, if the header sets one. Not scaled: it is the caller's
/// time.
///
/// # Errors
/// The value is malformed, below the contract's minimum, or beyond the calendar.
pub(crate) fn deadline(
    headers: &HeaderMap,
    now: SystemTime,
) -> Result<Option<SystemTime>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let time = value.to_str().ok().and_then(duration);
    let deadline = time.and_then(|time| now.checked_add(time));
    let (Some(time), Some(deadline)) = (time, deadline.filter(|end| is_a_date(*end))) else {
        let detail = format!("{HEADER}: {value:?} is not a time such as 90s, 1m, 1h or 1m30s.");
        return Err(Problem::bad_request(detail));
    };
    let least = limits::CANCEL_AFTER_MIN_SECONDS;
    if time < Duration::from_secs(least) {
        let detail = format!("{HEADER}: {value:?} is shorter than the minimum, {least} seconds.");
        return Err(Problem::bad_request(detail));
    }
    Ok(Some(deadline))
}

fn is_a_date(time: SystemTime) -> bool {
    Timestamp::try_from(time).is_ok()
}

/// Parses hours, minutes and seconds in this order, each with its letter, or a plain number of
/// seconds.
fn duration(text: &str) -> Option<Duration> {
    if let Some(seconds) = number(text) {
        return Some(Duration::from_secs(seconds));
    }
    let (mut seconds, mut rest) = (0_u64, text);
    for (letter, length) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((count, after)) = rest.split_once(letter) {
            seconds = seconds.checked_add(number(count)?.checked_mul(length)?)?;
            rest = after;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(Duration::from_secs(seconds))
}

/// Digits only: no sign.
fn number(text: &str) -> Option<u64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}
