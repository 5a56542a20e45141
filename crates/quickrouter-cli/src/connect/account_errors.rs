//! Errors of profiles and keys in the reader's language.

use std::path::Path;

use quickrouter::Client;
use quickrouter_account::{AccountError, BodyKind, Misread, Reason};

use crate::connect::settings::KEY_VARIABLE;
use crate::exit::failure::Failure;
use crate::text::detail;
use crate::text::message::{Message, message};

/// The failure of an error, with what to do.
pub(crate) fn of_account(error: AccountError) -> Failure {
    match error {
        AccountError::NoConfigFolder => {
            Failure::refused(message!("config-no-folder")).hint(message!("config-no-folder-how"))
        }
        AccountError::ConfigUnreadable { path, why } => {
            let message = message!("config-unreadable", path = path.display());
            because(Failure::refused(message), why).hint(message!("config-other-file"))
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
            suggested(because(failure, why), suggestion)
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

/// The SDK says more of a base URL.
fn base_url_invalid(base_url: String, why: Reason) -> Failure {
    match Client::builder().base_url(&base_url).api_key("none").build() {
        Err(error) if !matches!(why, Reason::HasUser) => error.into(),
        _ => because(Failure::refused(message!("base-url-invalid", url = base_url)), why),
    }
}

/// Adds why, in the reader's language. The SDK's reasons bring their hints.
fn because(failure: Failure, why: Reason) -> Failure {
    match why {
        Reason::Sdk(error) => {
            let Failure { message, about, .. } = Failure::from(*error);
            about.hints.into_iter().fold(failure.with(message), Failure::hint)
        }
        why => failure.with(reason(&why)),
    }
}

fn reason(why: &Reason) -> Message {
    match why {
        Reason::NoSuchFile => message!("why-no-such-file"),
        Reason::IsFolder => message!("why-folder"),
        Reason::NotAFile => message!("why-no-file"),
        Reason::TooLarge { bytes, limit } => {
            message!("why-too-large", bytes = *bytes, limit = *limit)
        }
        Reason::NotUtf8 => message!("why-not-utf8"),
        Reason::HasNul => message!("why-nul"),
        Reason::Empty => message!("why-empty"),
        Reason::OutputTooLong { limit } => message!("why-too-long", limit = *limit),
        Reason::StoredKeyDamaged => message!("why-damaged"),
        other => of_setting(other),
    }
}

/// What is wrong with a value of the configuration file.
fn of_setting(why: &Reason) -> Message {
    match why {
        Reason::NotAUrl => message!("why-no-url"),
        Reason::NotHttp => message!("why-not-http"),
        Reason::HasUser => message!("why-user"),
        Reason::KeyInConfig => message!("why-key-in-config"),
        Reason::TwoKeySources => message!("why-two-sources"),
        Reason::ReplicateFamily => message!("why-replicate"),
        Reason::SamePrices { patterns } => {
            let [one, other] = patterns.as_ref();
            message!("why-same-prices", one = one, other = other)
        }
        Reason::DefaultUnknown { known } => message!("why-unknown", names = known.join(", ")),
        Reason::ProfileName => message!("profile-name-how"),
        Reason::Label => message!("why-label"),
        Reason::NegativeAmount => message!("why-negative"),
        Reason::NotACommand => message!("why-no-command"),
        Reason::NotSlashed => message!("why-no-slash"),
        Reason::Pattern => message!("why-pattern"),
        Reason::NotPositive => message!("why-not-positive"),
        // Words of the system, or of the parser of TOML.
        other => Message::verbatim(other.to_string()),
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
            let message = message!("stored-key-unreadable", path = path.display());
            because(Failure::refused(message), why)
        }
        AccountError::KeyFileExposed { path, mode, needed } => {
            let (mode, needed) = (format!("{mode:o}"), format!("{needed:o}"));
            Failure::refused(message!("key-file-exposed", path = path.display(), mode = mode))
                .hint(message!("key-file-exposed-how", path = path.display(), mode = needed))
        }
        AccountError::KeyStoreUnwritable { path, why } => unwritable(&path, why),
        AccountError::Keyring { why } => because(Failure::refused(message!("keyring-failed")), why)
            .hint(message!("keyring-failed-how")),
        other => of_command(other),
    }
}

/// The failure of a file that cannot be written beside the configuration.
pub(crate) fn unwritable(path: &Path, why: Reason) -> Failure {
    because(Failure::refused(message!("config-unwritable", path = path.display())), why)
        .hint(message!("config-unwritable-how", variable = KEY_VARIABLE))
}

fn of_command(error: AccountError) -> Failure {
    match error {
        AccountError::KeyCommandNotStarted { program, why } => {
            let message = message!("key-command-not-started", program = program);
            because(Failure::refused(message), why)
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
            because(Failure::refused(message!("key-command-output", program = program)), why)
        }
        AccountError::Request(error) | AccountError::KeyInvalid { why: Reason::Sdk(error), .. } => {
            Failure::from(*error)
        }
        AccountError::KeyInvalid { source, why } => {
            let source = detail::message(&source);
            because(Failure::refused(message!("key-unusable-in", source = source)), why)
        }
        AccountError::BaseUrlInvalid { base_url, why } => base_url_invalid(base_url, why),
        other => Failure::refused(Message::verbatim(other.to_string())),
    }
}
