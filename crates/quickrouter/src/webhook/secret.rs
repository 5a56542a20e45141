//! The secret that webhook deliveries are signed with.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretSlice};

use crate::detail::{Detail, detail};
use crate::error::Error;

const PREFIX: &str = "whsec_";

/// The secret that webhook deliveries are signed with. It never appears in `Debug` output or
/// errors.
#[derive(Clone)]
pub struct Secret(SecretSlice<u8>);

impl Secret {
    /// Parses a secret in the gateway's format: `whsec_` followed by base64.
    ///
    /// # Errors
    /// [`Error::Configuration`] if the format is different.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, Error> {
        Self::read(secret.as_ref()).map_err(|wrong| {
            Error::Configuration(detail!(
                WebhookSecret,
                "the webhook secret {reason}; copy all of it",
                reason = wrong
            ))
        })
    }

    pub(crate) fn read(secret: &str) -> Result<Self, Detail> {
        let Some(key) = secret.trim().strip_prefix(PREFIX) else {
            return Err(match secret.trim() {
                "" => detail!(SecretEmpty, "is empty"),
                _ => detail!(SecretPrefix, "does not begin with whsec_"),
            });
        };
        match BASE64_STANDARD.decode(key) {
            Ok(key) if key.is_empty() => Err(detail!(SecretOnlyPrefix, "has nothing after whsec_")),
            Ok(key) => Ok(Self(key.into())),
            Err(_) => Err(detail!(SecretNotBase64, "is not base64 after whsec_")),
        }
    }

    pub(super) fn key(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl FromStr for Secret {
    type Err = Error;

    fn from_str(secret: &str) -> Result<Self, Error> {
        Self::new(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([REDACTED])")
    }
}
