//! [`AccountError`]: everything that can go wrong here.

pub(crate) mod body_kind;
mod display;
pub(crate) mod list_failure;
pub(crate) mod misread;
pub(crate) mod reason;
pub(crate) mod refusal;
pub(crate) mod unpriced_reason;

use std::path::PathBuf;
use std::time::Duration;

use quickrouter::error::Detail;

use crate::amount::invalid::InvalidAmount;
use crate::error::body_kind::BodyKind;
use crate::error::list_failure::ListFailure;
use crate::error::misread::Misread;
use crate::error::reason::Reason;
use crate::error::refusal::Refusal;

/// Everything that can go wrong with profiles, keys, prices and usage.
///
/// [`code`](Self::code) is stable, and every value that a message needs is a field, so that a program
/// can say it in its own words. No field and no message contains a key.
#[derive(Debug)]
#[non_exhaustive]
pub enum AccountError {
    /// A text is not an amount.
    Amount(InvalidAmount),
    /// The platform has no folder for configuration; usually `HOME` is not set.
    NoConfigFolder,
    /// The configuration file cannot be read.
    ConfigUnreadable {
        /// The file.
        path: PathBuf,
        /// Why: of the system, or of the file's size or encoding.
        why: Reason,
    },
    /// Others may change the configuration file, which can name commands.
    ConfigWritable {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The configuration file has an error.
    ConfigInvalid {
        /// The file.
        path: PathBuf,
        /// The line, from 1; `None` if it is unknown.
        line: Option<usize>,
        /// The key, or the table, that the error is about.
        key: Option<String>,
        /// What is wrong.
        why: Reason,
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// No profile has this name.
    ProfileUnknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: Vec<String>,
        /// The one that was probably meant.
        suggestion: Option<String>,
    },
    /// A text cannot be the name of a profile.
    ProfileNameInvalid {
        /// The text.
        name: String,
    },
    /// A base URL is invalid.
    BaseUrlInvalid {
        /// It, without a user name and password.
        base_url: String,
        /// What is wrong.
        why: Reason,
    },
    /// The profile's key belongs to another origin than that of the base URL in force, and is not sent
    /// there.
    KeyOfAnotherOrigin {
        /// The profile.
        profile: String,
        /// The origin that the key belongs to.
        key_origin: String,
        /// The origin of the base URL in force.
        base_url_origin: String,
    },
    /// A text cannot be a key.
    KeyInvalid {
        /// Where it was found; completes "the key ...".
        source: Detail,
        /// What is wrong; the SDK also says where.
        why: Reason,
    },
    /// A file with a key cannot be read.
    KeyFileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Reason,
    },
    /// Others may read the stored keys.
    KeyFileExposed {
        /// The file or folder.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
        /// The permissions that it needs.
        needed: u32,
    },
    /// A key cannot be stored or deleted.
    KeyStoreUnwritable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        why: Reason,
    },
    /// The platform's keyring does not work.
    Keyring {
        /// Why.
        why: Reason,
    },
    /// The key command cannot be started.
    KeyCommandNotStarted {
        /// The program.
        program: String,
        /// Why.
        why: Reason,
    },
    /// The key command ended with a failure.
    KeyCommandFailed {
        /// The program.
        program: String,
        /// Its exit code; `None` if a signal ended it.
        exit_code: Option<i32>,
        /// The end of what it wrote to stderr, masked where it looks like a key.
        stderr: String,
    },
    /// The key command did not end in time.
    KeyCommandTimeout {
        /// The program.
        program: String,
        /// The time limit.
        limit: Duration,
    },
    /// What the key command printed is not a key.
    KeyCommandOutput {
        /// The program.
        program: String,
        /// What is wrong.
        why: Reason,
    },
    /// The origin is not named as of the family, so that it is not asked.
    NotOfTheFamily {
        /// The profile.
        profile: String,
        /// The origin.
        origin: String,
    },
    /// The gateway refused a question about the key or the prices, with HTTP 200 too.
    Refused {
        /// The path.
        path: String,
        /// The HTTP status.
        status: u16,
        /// The gateway's message, on one line and shortened; without one, what the body is.
        message: String,
        /// What the body is, if it is not JSON.
        body: Option<BodyKind>,
    },
    /// The gateway does not have the route.
    NotServed {
        /// The path.
        path: String,
        /// The HTTP status.
        status: u16,
    },
    /// A response cannot be understood.
    Unreadable {
        /// The path.
        path: String,
        /// What is wrong.
        why: Misread,
    },
    /// The request failed.
    Request(Box<quickrouter::Error>),
    /// A run is refused before it is paid for.
    Limit(Refusal),
}

impl AccountError {
    /// A stable code in kebab case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Amount(invalid) => invalid.code(),
            Self::NoConfigFolder => "no-config-folder",
            Self::ConfigUnreadable { .. } => "config-unreadable",
            Self::ConfigWritable { .. } => "config-writable",
            Self::ConfigInvalid { .. } => "config-invalid",
            Self::ProfileUnknown { .. } => "profile-unknown",
            Self::ProfileNameInvalid { .. } => "profile-name-invalid",
            Self::BaseUrlInvalid { .. } => "base-url-invalid",
            Self::KeyOfAnotherOrigin { .. } => "key-of-another-origin",
            Self::KeyInvalid { .. } => "key-invalid",
            Self::KeyFileUnreadable { .. } => "key-file-unreadable",
            Self::KeyFileExposed { .. } => "key-file-exposed",
            Self::KeyStoreUnwritable { .. } => "key-store-unwritable",
            Self::Keyring { .. } => "keyring",
            Self::KeyCommandNotStarted { .. } => "key-command-not-started",
            Self::KeyCommandFailed { .. } => "key-command-failed",
            Self::KeyCommandTimeout { .. } => "key-command-timeout",
            Self::KeyCommandOutput { .. } => "key-command-output",
            Self::NotOfTheFamily { .. } => "not-of-the-family",
            Self::Refused { .. } => "gateway-refused",
            Self::NotServed { .. } => "not-served",
            Self::Unreadable { .. } => "response-unreadable",
            Self::Request(_) => "request-failed",
            Self::Limit(refusal) => refusal.code(),
        }
    }
}

impl AccountError {
    /// The error as the reason why a price list is unavailable.
    pub(crate) fn list_failure(&self) -> ListFailure {
        match self {
            Self::Request(error) => ListFailure::Request(error.detail()),
            Self::Refused { status, message, .. } => {
                ListFailure::Refused { status: *status, message: message.clone() }
            }
            Self::NotServed { status, .. } => ListFailure::NotServed { status: *status },
            Self::Unreadable { why, .. } => ListFailure::Unreadable(why.clone()),
            _ => ListFailure::Other,
        }
    }
}

impl std::error::Error for AccountError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

impl From<quickrouter::Error> for AccountError {
    fn from(error: quickrouter::Error) -> Self {
        Self::Request(Box::new(error))
    }
}

impl From<Refusal> for AccountError {
    fn from(refusal: Refusal) -> Self {
        Self::Limit(refusal)
    }
}

impl From<InvalidAmount> for AccountError {
    fn from(invalid: InvalidAmount) -> Self {
        Self::Amount(invalid)
    }
}
