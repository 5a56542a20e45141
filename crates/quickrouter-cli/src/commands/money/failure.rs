//! Failures of questions about a key and prices.

use quickrouter_account::{AccountError, BodyKind};

use crate::connect::account_errors::of_account;
use crate::exit::codes::REFUSED;
use crate::exit::failure::Failure;
use crate::text::message::{Message, message};

/// The failure of a question about a key.
pub(super) fn of(error: AccountError) -> Failure {
    match error {
        AccountError::NotOfTheFamily { profile, origin } => {
            Failure::refused(message!("no-usage-endpoint", origin = origin))
                .with(message!("no-usage-endpoint-why", profile = profile))
                .hint(message!("no-usage-endpoint-hint"))
        }
        // With HTTP 200 it is a refusal all the same.
        AccountError::Refused { path, status, message } => refused(Failure::other(message!(
            "usage-refused",
            path = path,
            status = status.to_string(),
            text = message
        ))),
        AccountError::NotServed { path, status } => refused(
            Failure::other(message!("usage-not-served", path = path, status = status.to_string()))
                .hint(message!("usage-not-served-hint")),
        ),
        AccountError::Unreadable { path, why, body } => {
            Failure::other(message!("usage-unreadable", path = path))
                .with(body.map_or_else(|| Message::verbatim(why), body_is))
                .hint(message!("usage-unreadable-hint"))
        }
        other => of_account(other),
    }
}

pub(super) fn body_is(body: BodyKind) -> Message {
    match body {
        BodyKind::Empty => message!("body-empty"),
        BodyKind::Page => message!("body-page"),
        BodyKind::DamagedJson => message!("body-damaged"),
        _ => message!("body-not-json"),
    }
}

fn refused(failure: Failure) -> Failure {
    Failure { code: REFUSED, kind: "gateway_refused", ..failure }
}
