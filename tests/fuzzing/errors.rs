//! Target `errors`: what an answer without success holds.

use http::header::{HeaderName, LOCATION, RETRY_AFTER};
use quickrouter::catalog::codes;
use quickrouter::{Error, PredictionId};
use serde_json::Value;

use super::service::{KEY, Page, Sent, input, run};
use super::texts::{check_error, unmarked};

/// Bits of the third byte.
mod with {
    /// The next bytes are a header `Retry-After`, up to a line feed.
    pub(super) const RETRY_AFTER: u8 = 1;
    /// The next bytes are a header with a request id, up to a line feed.
    pub(super) const REQUEST_ID: u8 = 2;
    /// The next bytes are a header `Location`, up to a line feed.
    pub(super) const LOCATION: u8 = 4;
    /// The key stands in the middle of the body.
    pub(super) const KEY: u8 = 8;
}

/// The first two bytes pick a status from 300 to 599, the third what comes with it; the rest is
/// the body of every answer.
pub fn errors(data: &[u8]) {
    let [high, low, flags, rest @ ..] = data else { return };
    let status = 300 + u16::from_be_bytes([*high, *low]) % 300;
    let page = page(status, *flags, rest);
    let channelless = status == 503 && code(&page.body).as_deref() == Some(codes::MODEL_NOT_FOUND);
    let undecided =
        status == 422 && code(&page.body).as_deref() == Some(codes::CREATE_OUTCOME_UNKNOWN);
    run(async |client, service| {
        let answered = page.clone();
        service.answers(move |sent| {
            // Whoever looks at what became of the create finds nothing.
            if sent.method == reqwest::Method::GET { Page::new(404, "") } else { answered.clone() }
        });
        let error = client.create(input()).await.expect_err("nothing is created");
        let creates = service.sent().iter().filter(|sent| sent.is_create()).count();
        let again = status == 429 || status == 503 && !channelless;
        assert!(creates == 1 || again, "HTTP {status} was sent {creates} times");
        assert!((1..=10).contains(&creates), "HTTP {status} was sent {creates} times");
        assert_eq!(error.http_status(), Some(status), "{error:?}");
        let unknown = undecided || matches!(status, 303 | 408 | 500..) && status != 503;
        match &error {
            Error::OutcomeUnknown(_) => assert!(unknown, "{error:?}"),
            Error::Api(refusal) => assert!(!unknown && refusal.status == status, "{error:?}"),
            other => panic!("{other:?}"),
        }
        check_error(&error);

        let id = PredictionId::new("abc123").unwrap();
        service.answers(move |_| page.clone());
        for error in [client.get(&id).await.unwrap_err(), client.cancel(&id).await.unwrap_err()] {
            assert!(matches!(error, Error::Api(_)), "{error:?}");
            assert_eq!(error.prediction_id(), Some(&id), "{error:?}");
            check_error(&error);
        }
        let error = client.wait(&id).await.unwrap_err();
        assert!(matches!(error, Error::Api(_) | Error::Deadline(_)), "{error:?}");
        check_error(&error);
        assert!(!service.sent().iter().any(Sent::is_create), "looking creates");
    });
}

fn page(status: u16, flags: u8, mut rest: &[u8]) -> Page {
    let mut page = Page::new(status, "");
    let headers = [
        (with::RETRY_AFTER, RETRY_AFTER),
        (with::REQUEST_ID, HeaderName::from_static("x-request-id")),
        (with::LOCATION, LOCATION),
    ];
    for (flag, name) in headers {
        if flags & flag != 0 {
            let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
            page = page.with(name, &rest[..end]);
            rest = rest.get(end + 1..).unwrap_or_default();
        }
    }
    page.body = rest.to_vec();
    if flags & with::KEY != 0 {
        let middle = rest.len() / 2;
        page.body.splice(middle..middle, KEY.bytes());
    }
    page
}

/// The code of a gateway's error body: `code`, or `type` where that says nothing.
fn code(body: &[u8]) -> Option<String> {
    let error = serde_json::from_slice::<Value>(unmarked(body)).ok()?.get("error")?.clone();
    let words = |key: &str| match &error[key] {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_owned()),
        other => Some(other.to_string()),
    };
    ["code", "type"].into_iter().filter_map(words).find(|code| !matches!(code.as_str(), "" | "0"))
}
