//! One GET, and what kind of reply it has.

use std::time::{Duration, SystemTime};

use quickrouter::error::{Detail, DetailCode, DetailValue};
use quickrouter::{Client, Error, RawRequest, RawResponse};
use serde_json::Value;

use crate::exit::failure::Failure;
use crate::text::detail;
use crate::text::message::Message;

/// How long one probe may take.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(8);

/// The largest body of a reply.
const MAX_BYTES: usize = 1 << 20;

/// What came back.
#[derive(Debug)]
pub(super) enum Reply {
    /// JSON, or nothing, which is `Null` here.
    Api { status: u16, is_error: bool, body: Value },
    /// A page for a browser, or another text: of a proxy, a firewall, or a network's login.
    Page { status: u16 },
    /// A redirect, to this origin.
    Redirect { status: u16, to: Option<String> },
    /// A response that is damaged or too large.
    Unreadable { status: u16, why: Message },
    /// No response.
    None(Message),
}

/// A reply and by how much the server's clock is ahead of this machine's.
#[derive(Debug)]
pub(super) struct Probed {
    pub(super) reply: Reply,
    /// In seconds; `None` without a `Date` header that can be trusted.
    pub(super) clock: Option<i64>,
}

/// Sends one GET, once.
pub(super) async fn probe(client: &Client, request: RawRequest) -> Probed {
    let request = request.timeout(TIME_LIMIT).attempts(1).max_bytes(MAX_BYTES);
    match client.get_raw(request).await {
        Err(error) => Probed { reply: unread(error), clock: None },
        Ok(response) => {
            let reply = kind(&response);
            let own = matches!(reply, Reply::Api { .. });
            let clock = if own { ahead(&response, SystemTime::now()) } else { None };
            Probed { reply, clock }
        }
    }
}

/// Why there is no response, or none that can be read.
pub(super) fn unread(error: Error) -> Reply {
    match error {
        Error::NotSent { cause, .. } | Error::Interrupted { cause, .. } => {
            Reply::None(without_url(&cause))
        }
        Error::UnexpectedResponse(response) => {
            Reply::Unreadable { status: response.status, why: without_url(&response.reason) }
        }
        other => Reply::None(Failure::from(other).message),
    }
}

/// A cause without its address, which the check names.
fn without_url(cause: &Detail) -> Message {
    let inner = cause.values().iter().find_map(|(_, value)| match value {
        DetailValue::Detail(inner) if cause.code() == DetailCode::AtUrl => Some(inner),
        _ => None,
    });
    detail::message(inner.unwrap_or(cause))
}

fn kind(response: &RawResponse) -> Reply {
    let status = response.status();
    let body = response.text();
    if (300..400).contains(&status) {
        let to = response.header("location").and_then(|to| url::Url::parse(to).ok());
        return Reply::Redirect { status, to: to.map(|to| to.origin().ascii_serialization()) };
    }
    match response.json() {
        Some(json) => {
            let is_false = |name: &str| json[name] == false;
            let has_error = json.get("error").is_some_and(|error| !error.is_null());
            let failed = !response.is_success() || is_false("success") || has_error;
            Reply::Api { status, is_error: failed, body: json }
        }
        None if body.trim().is_empty() => {
            Reply::Api { status, is_error: !response.is_success(), body: Value::Null }
        }
        None => Reply::Page { status },
    }
}

/// By how many seconds the server's clock is ahead of this one (RFC 9110, section 6.6.1). A response
/// from a cache has the time at which it was made.
fn ahead(response: &RawResponse, now: SystemTime) -> Option<i64> {
    if response.header("age").is_some_and(|age| age.trim() != "0") {
        return None;
    }
    let date = httpdate::parse_http_date(response.header("date")?).ok()?;
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Some(match date.duration_since(now) {
        Ok(ahead) => seconds(ahead),
        Err(behind) => -seconds(behind.duration()),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use quickrouter::RawResponse;

    use super::{Reply, ahead, kind};

    fn response(status: u16, headers: &[(&'static str, &str)], body: &str) -> RawResponse {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        RawResponse::new(status, headers.collect(), body.to_owned())
    }

    #[test]
    fn a_page_with_200_is_no_reply_of_an_api() {
        for body in ["<html>Sign in</html>", "OK", "{\"results\": ["] {
            assert!(
                matches!(kind(&response(200, &[], body)), Reply::Page { status: 200 }),
                "{body}"
            );
        }
        let api = kind(&response(200, &[], "{\"results\": []}"));
        assert!(matches!(api, Reply::Api { is_error: false, .. }), "{api:?}");
        for body in ["{\"success\": false}", "{\"error\": {\"message\": \"x\"}}"] {
            let failed = kind(&response(200, &[], body));
            assert!(matches!(failed, Reply::Api { is_error: true, .. }), "{failed:?}");
        }
    }

    #[test]
    fn a_redirect_is_shown_by_its_origin() {
        let to = [("location", "https://login.example/a?token=secret")];
        let Reply::Redirect { to, .. } = kind(&response(302, &to, "")) else {
            panic!("no redirect")
        };
        assert_eq!(to.as_deref(), Some("https://login.example"));
    }

    #[test]
    fn the_clock_is_compared_with_the_date_of_a_response_that_is_not_cached() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777);
        let date = ("date", "Sun, 06 Nov 1994 08:59:37 GMT");
        assert_eq!(ahead(&response(200, &[date], ""), now), Some(600));
        assert_eq!(ahead(&response(200, &[date], ""), now + Duration::from_secs(900)), Some(-300));
        assert_eq!(ahead(&response(200, &[date, ("age", "60")], ""), now), None);
        assert_eq!(ahead(&response(200, &[], ""), now), None);
    }
}
