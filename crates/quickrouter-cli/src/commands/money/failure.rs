//! Failures of questions about a key and prices.

use quickrouter_account::{AccountError, BodyKind, Misread};

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
        AccountError::Unreadable { path, why } => {
            Failure::other(message!("usage-unreadable", path = path))
                .with(misread(&why))
                .hint(message!("usage-unreadable-hint"))
        }
        other => of_account(other),
    }
}

/// Why a response cannot be understood.
pub(crate) fn misread(why: &Misread) -> Message {
    match why {
        Misread::Body(BodyKind::Empty) => message!("body-empty"),
        Misread::Body(BodyKind::Page) => message!("body-page"),
        Misread::Body(BodyKind::DamagedJson) => message!("body-damaged"),
        Misread::Body(_) => message!("body-not-json"),
        Misread::NoValues => message!("misread-no-values"),
        Misread::Negative { pointer } => message!("misread-negative", pointer = pointer),
        Misread::NotANumber { pointer, value } => {
            message!("misread-not-a-number", pointer = pointer, value = value)
        }
        Misread::TooLarge { pointer, value } => {
            message!("misread-too-large", pointer = pointer, value = value)
        }
        Misread::NotABoolean { pointer, value } => {
            message!("misread-not-a-boolean", pointer = pointer, value = value)
        }
        Misread::NoList => message!("misread-no-list"),
        Misread::BadCharge => message!("misread-bad-charge"),
        other => Message::verbatim(other.to_string()),
    }
}

fn refused(failure: Failure) -> Failure {
    Failure { code: REFUSED, kind: "gateway_refused", ..failure }
}
