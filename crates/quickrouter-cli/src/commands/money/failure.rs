//! Failures of questions about a key and prices.

use quickrouter_account::AccountError;

use crate::connect::account_errors::{misread, of_account, said};
use crate::exit::codes::REFUSED;
use crate::exit::failure::Failure;
use crate::text::message::message;

/// The failure of a question about a key.
pub(super) fn of(error: AccountError) -> Failure {
    match error {
        AccountError::NotOfTheFamily { profile, origin } => {
            Failure::refused(message!("no-usage-endpoint", origin = origin))
                .with(message!("no-usage-endpoint-why", profile = profile))
                .hint(message!("no-usage-endpoint-hint"))
        }
        // With HTTP 200 it is a refusal all the same.
        AccountError::Refused { path, status, message, body } => {
            let status = status.to_string();
            let failure = message!("usage-refused", path = path, status = status);
            let failure = refused(Failure::other(failure));
            match said(message, body) {
                Some(said) => failure.with(said),
                None => failure,
            }
        }
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

fn refused(failure: Failure) -> Failure {
    Failure { code: REFUSED, kind: "gateway_refused", ..failure }
}
