//! Errors of profiles and keys in the reader's language.

use std::path::Path;

use quickrouter_account::{AccountError, BodyKind, Misread};

use crate::connect::settings::KEY_VARIABLE;
use crate::exit::failure::Failure;
use crate::text::message::{Message, message};

/// The failure of an error, with what to do.
pub(crate) fn of_account(error: AccountError) -> Failure {
    match error {
        AccountError::NoConfigFolder => {
            Failure::refused(message!("config-no-folder")).hint(message!("config-no-folder-how"))
        }
        AccountError::ConfigUnreadable { path, why } => {
            Failure::refused(message!("config-unreadable", path = path.display()))
                .with(Message::verbatim(why))
                .hint(message!("config-other-file"))
        }
        AccountError::ConfigWritable { path, mode } => {
            let mode = format!("{mode:o}");
            Failure::refused(message!("config-writable", path = path.display(), mode = mode))
                .hint(message!("config-writable-how", path = path.display()))
        }
        AccountError::ConfigInvalid { path, line, key, why, suggestion } => {
            let failure = Failure::refused(message!("config-invalid", path = path.display()));
            let failure = match line {
                Some(line) => failure.with(message!("config-line", line = line)),
                None => failure,
            };
            let failure = match key {
                Some(key) => failure.with(message!("config-key", key = key)),
                None => failure,
            };
            suggested(failure.with(Message::verbatim(why)), suggestion)
        }
        AccountError::ProfileUnknown { name, known, suggestion } => {
            let known = known.join(", ");
            let failure = Failure::refused(message!("profile-unknown", name = name));
            suggested(failure.with(message!("profile-known", names = known)), suggestion)
        }
        AccountError::ProfileNameInvalid { name } => {
            Failure::refused(message!("profile-name-invalid", name = name))
                .hint(message!("profile-name-how"))
        }
        other => of_key(other),
    }
}

/// What a gateway said when it refused, in its own words; else what the body is that is not JSON.
pub(crate) fn said(message: String, body: Option<BodyKind>) -> Option<Message> {
    let own = (!message.is_empty()).then(|| Message::verbatim(message));
    body.map(body_is).or(own)
}

/// Why a response cannot be understood.
pub(crate) fn misread(why: &Misread) -> Message {
    match why {
        Misread::Body(body) => body_is(*body),
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

/// What the body is that is not JSON.
pub(crate) fn body_is(body: BodyKind) -> Message {
    match body {
        BodyKind::Empty => message!("body-empty"),
        BodyKind::Page => message!("body-page"),
        BodyKind::DamagedJson => message!("body-damaged"),
        _ => message!("body-not-json"),
    }
}

fn suggested(failure: Failure, suggestion: Option<String>) -> Failure {
    match suggestion {
        Some(name) => failure.hint(message!("did-you-mean", name = name)),
        None => failure,
    }
}

fn of_key(error: AccountError) -> Failure {
    match error {
        AccountError::KeyOfAnotherOrigin { profile, key_origin, base_url_origin } => {
            let refused = Failure::refused(message!(
                "key-of-another-origin",
                profile = &profile,
                key_origin = &key_origin,
                base_url_origin = &base_url_origin
            ));
            refused.hint(message!("key-of-another-origin-use", key_origin = key_origin)).hint(
                message!(
                    "key-of-another-origin-give",
                    base_url_origin = base_url_origin,
                    variable = KEY_VARIABLE
                ),
            )
        }
        AccountError::KeyFileUnreadable { path, why } => {
            Failure::refused(message!("stored-key-unreadable", path = path.display()))
                .with(Message::verbatim(why))
        }
        AccountError::KeyFileExposed { path, mode, needed } => {
            let (mode, needed) = (format!("{mode:o}"), format!("{needed:o}"));
            Failure::refused(message!("key-file-exposed", path = path.display(), mode = mode))
                .hint(message!("key-file-exposed-how", path = path.display(), mode = needed))
        }
        AccountError::KeyStoreUnwritable { path, why } => unwritable(&path, why),
        AccountError::Keyring { why } => Failure::refused(message!("keyring-failed"))
            .with(Message::verbatim(why))
            .hint(message!("keyring-failed-how")),
        other => of_command(other),
    }
}

/// The failure of a file that cannot be written beside the configuration.
pub(crate) fn unwritable(path: &Path, why: String) -> Failure {
    Failure::refused(message!("config-unwritable", path = path.display()))
        .with(Message::verbatim(why))
        .hint(message!("config-unwritable-how", variable = KEY_VARIABLE))
}

fn of_command(error: AccountError) -> Failure {
    match error {
        AccountError::KeyCommandNotStarted { program, why } => {
            Failure::refused(message!("key-command-not-started", program = program))
                .with(Message::verbatim(why))
        }
        AccountError::KeyCommandFailed { program, exit_code, stderr } => {
            let failure = match exit_code {
                Some(code) => Failure::refused(message!(
                    "key-command-failed",
                    program = program,
                    code = code.to_string()
                )),
                None => Failure::refused(message!("key-command-ended", program = program)),
            };
            if stderr.is_empty() { failure } else { failure.with(Message::verbatim(stderr)) }
        }
        AccountError::KeyCommandTimeout { program, limit } => Failure::refused(message!(
            "key-command-timeout",
            program = program,
            seconds = limit.as_secs()
        )),
        AccountError::KeyCommandOutput { program, why } => {
            Failure::refused(message!("key-command-output", program = program))
                .with(Message::verbatim(why))
        }
        AccountError::Request(error) => Failure::from(*error),
        other => Failure::refused(Message::verbatim(other.to_string())),
    }
}
