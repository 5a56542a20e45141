//! Failures of questions about a key and prices.

use quickrouter_account::AccountError;

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
        AccountError::Unreadable { path, why } => {
            Failure::other(message!("usage-unreadable", path = path))
                .with(Message::verbatim(why))
                .hint(message!("usage-unreadable-hint"))
        }
        AccountError::Request(error) => Failure::from(*error),
        other => Failure::refused(other.to_string()),
    }
}

fn refused(failure: Failure) -> Failure {
    Failure { code: REFUSED, kind: "gateway_refused", ..failure }
}
