//! The key: present, well formed, and accepted by the usage endpoint.

use std::time::{Duration, SystemTime};

use quickrouter::Client;
use quickrouter_account::{Account, AccountError, Amount, BodyKind, Usage};

use super::finding::{Check, Finding, Verdict};
use super::reply::{Reply, TIME_LIMIT, unread};
use crate::args::settings::Connection;
use crate::connect::account_errors::{misread, of_account, said};
use crate::connect::keys::{self, FoundKey};
use crate::connect::settings::Settings;
use crate::exit::failure::Failure;
use crate::text::message::message;

/// How long a key command may take here.
const COMMAND_TIME_LIMIT: Duration = Duration::from_secs(20);

/// The key in force, if it can be used.
pub(super) async fn found(
    connection: &Connection,
    settings: &Settings,
) -> (Option<FoundKey>, Finding) {
    let check = Check::new("key");
    let finding = keys::find(connection, settings, &settings.base_url.value);
    let Ok(found) = tokio::time::timeout(COMMAND_TIME_LIMIT, finding).await else {
        let seconds = COMMAND_TIME_LIMIT.as_secs();
        return (None, check.found(Verdict::Fail, message!("doctor-key-late", seconds = seconds)));
    };
    match found {
        Err(failure) => (None, check.failed(failure)),
        Ok(None) => (None, check.failed(keys::missing())),
        Ok(Some(key)) => match fault(&key) {
            Some(fault) => (None, check.failed(fault).fact(key.source.message())),
            None => {
                let detail = message!("key-length", characters = key.length());
                let finding = check.ok(detail).fact(key.source.message());
                (Some(key), finding)
            }
        },
    }
}

/// What is wrong with the form of a key, by the SDK. The client is not used: its base URL is this
/// machine's.
fn fault(key: &FoundKey) -> Option<Failure> {
    let builder = Client::builder().base_url("http://127.0.0.1").api_key(&key.text);
    let built = builder.api_key_source(key.words.clone()).build();
    built.err().map(Failure::from)
}

/// Whether the gateway accepts the key, where its usage endpoint may be asked.
pub(super) async fn accepted(account: Option<&Account>) -> Finding {
    let check = Check::new("key_accepted");
    let Some(account) = account else {
        return check.not_checked(message!("doctor-no-usable-key"));
    };
    match tokio::time::timeout(TIME_LIMIT, account.usage()).await {
        Err(_) => check.not_checked(message!("doctor-late", seconds = TIME_LIMIT.as_secs())),
        Ok(Ok(usage)) => of_usage(check, &usage),
        Ok(Err(error)) => of_error(check, error),
    }
}

fn of_usage(check: Check, usage: &Usage) -> Finding {
    if usage.available.is_some_and(|left| left <= Amount::ZERO) && !usage.unlimited {
        return check
            .found(Verdict::Warn, message!("doctor-key-exhausted"))
            .hint(message!("doctor-key-exhausted-how"));
    }
    if usage.is_expired(SystemTime::now()) {
        return check
            .found(Verdict::Warn, message!("doctor-key-expired"))
            .hint(message!("doctor-key-expired-how"));
    }
    check.ok(message!("doctor-key-accepted"))
}

/// What a refusal says of the key: only 401, or a failure that comes with HTTP 200, is about it.
/// Everything else may be the gateway's, or of something in between.
fn of_error(check: Check, error: AccountError) -> Finding {
    match error {
        AccountError::NotOfTheFamily { profile, origin } => {
            check.not_checked(message!("doctor-not-of-family", profile = profile, origin = origin))
        }
        AccountError::NotServed { status, .. } => {
            check.not_checked(message!("doctor-usage-not-served", status = status.to_string()))
        }
        // A page is of something in between, which may have credentials of its own.
        AccountError::Refused { status: status @ (200 | 401), message, body, .. }
            if body != Some(BodyKind::Page) =>
        {
            check
                .found(Verdict::Fail, message!("doctor-key-refused", status = status.to_string()))
                .facts(said(message, body))
                .hint(message!("doctor-key-refused-how"))
        }
        AccountError::Refused { status, .. } if matches!(status, 300..400) => check
            .found(Verdict::Warn, message!("doctor-redirect", status = status.to_string()))
            .hint(message!("doctor-in-between")),
        AccountError::Refused { status, message, body, .. } => check
            .found(Verdict::Warn, message!("doctor-key-unclear", status = status.to_string()))
            .facts(said(message, body))
            .hint(message!("doctor-again-later")),
        AccountError::Unreadable { why, .. } => check
            .found(Verdict::Warn, message!("doctor-usage-unreadable"))
            .fact(misread(&why))
            .hint(message!("doctor-in-between")),
        AccountError::Request(error) => match unread(*error) {
            Reply::Unreadable { status, why } => check
                .found(Verdict::Warn, message!("doctor-unreadable", status = status.to_string()))
                .fact(why)
                .hint(message!("doctor-in-between")),
            Reply::None(why) => check.not_checked(message!("doctor-unreachable")).fact(why),
            _ => check.not_checked(message!("doctor-unreachable")),
        },
        other => check.failed(of_account(other)),
    }
}
