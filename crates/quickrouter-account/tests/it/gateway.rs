//! A fake gateway on this machine, with the routes at its origin.

use httpmock::{Method::GET, Mock, MockServer};
use quickrouter::{Client, RetryPolicy};
use quickrouter_account::{Account, Profile};
use serde_json::Value;

pub(crate) const KEY: &str = "qr-0123456789abcdef";

/// A client of the fake gateway, which lies below a prefix.
pub(crate) fn client(server: &MockServer) -> Client {
    let retry = RetryPolicy::new().max_attempts(1);
    Client::builder()
        .base_url(server.url("/replicate"))
        .api_key(KEY)
        .retry_policy(retry)
        .build()
        .unwrap()
}

/// A profile of the fake gateway, which it names as of the family.
pub(crate) fn profile(server: &MockServer) -> Profile {
    let mut profile = Profile::new("fake", server.url("/replicate"));
    profile.family = true;
    profile
}

pub(crate) fn account(server: &MockServer) -> Account {
    Account::new(client(server), profile(server))
}

/// What the gateway says at a path of its origin to requests with the key.
pub(crate) fn serves<'a>(server: &'a MockServer, path: &str, body: &Value) -> Mock<'a> {
    server.mock(|when, then| {
        when.method(GET).path(path).header("authorization", format!("Bearer {KEY}"));
        then.status(200).json_body(body.clone());
    })
}

/// What the gateway says with a status and a body as it is.
pub(crate) fn says<'a>(server: &'a MockServer, path: &str, status: u16, body: &str) -> Mock<'a> {
    server.mock(|when, then| {
        when.method(GET).path(path);
        then.status(status).body(body);
    })
}
