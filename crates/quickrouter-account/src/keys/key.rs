//! [`Key`]: an API key and where it was found.

use std::path::PathBuf;

use quickrouter::Client;
use quickrouter::error::Detail;
use secrecy::{ExposeSecret, SecretString};

use crate::error::AccountError;
use crate::error::reason::Reason;

/// An API key. It is not in its `Debug` output.
#[derive(Clone, Debug)]
pub struct Key {
    secret: SecretString,
    place: KeyPlace,
}

/// Where a key was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPlace {
    /// In a file that the profile names.
    File(PathBuf),
    /// In the output of this program.
    Command(String),
    /// In the file in which `auth login` stored it.
    Stored(PathBuf),
    /// In the platform's keyring.
    Keyring,
    /// Not stored yet: the program passed it.
    Given,
}

impl Key {
    /// A key of this text, which the SDK checks; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`AccountError::KeyInvalid`] if it is no key.
    pub(crate) fn new(text: String, place: KeyPlace) -> Result<Self, AccountError> {
        let secret = checked(text, &place)?;
        Ok(Self { secret, place })
    }

    /// The key itself, for [`ClientBuilder::api_key`](quickrouter::ClientBuilder::api_key).
    pub fn expose(&self) -> &str {
        self.secret.expose_secret()
    }

    /// Where it was found.
    pub fn place(&self) -> &KeyPlace {
        &self.place
    }

    /// Where it was found, for
    /// [`ClientBuilder::api_key_source`](quickrouter::ClientBuilder::api_key_source).
    pub fn source(&self) -> Detail {
        self.place.source()
    }
}

impl KeyPlace {
    /// Completes "the key ...".
    pub(crate) fn source(&self) -> Detail {
        match self {
            Self::File(path) | Self::Stored(path) => Detail::key_kept(path),
            Self::Command(program) => Detail::key_printed(program),
            Self::Keyring => Detail::key_in_keyring(),
            Self::Given => Detail::key_given(),
        }
    }
}

/// Trims a key and has the SDK check it. The client is not used: its base URL is this machine's, which
/// needs no proxy.
fn checked(text: String, place: &KeyPlace) -> Result<SecretString, AccountError> {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = SecretString::from(text);
    let key = text.expose_secret().trim_matches(blank);
    if key.is_empty() {
        return Err(AccountError::KeyInvalid { source: place.source(), why: Reason::Empty });
    }
    let client = Client::builder().base_url("http://127.0.0.1").api_key(key);
    match client.api_key_source(place.source()).build() {
        Ok(_) => Ok(SecretString::from(key.to_owned())),
        Err(error) => Err(AccountError::KeyInvalid { source: place.source(), why: error.into() }),
    }
}
