//! The secret that deliveries are signed with, and asking the gateway for it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretSlice};
use serde_json::Value;

use crate::client::Client;
use crate::error::Error;
use crate::read::Read;

const PREFIX: &str = "whsec_";

/// The secret that deliveries are signed with. It is in no `Debug` output and no error.
#[derive(Clone)]
pub struct Secret(SecretSlice<u8>);

impl Secret {
    /// A secret in the form in which the gateway gives it: `whsec_` and then base64.
    ///
    /// # Errors
    /// [`Error::Configuration`] when it is of another form.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, Error> {
        Self::read(secret.as_ref()).map_err(|wrong| {
            Error::Configuration(format!("the webhook secret {wrong}; copy the whole of it"))
        })
    }

    fn read(secret: &str) -> Result<Self, &'static str> {
        let Some(key) = secret.trim().strip_prefix(PREFIX) else {
            return Err(match secret.trim() {
                "" => "is empty",
                _ => "does not begin with whsec_",
            });
        };
        match BASE64_STANDARD.decode(key) {
            Ok(key) if key.is_empty() => Err("has nothing after whsec_"),
            Ok(key) => Ok(Self(key.into())),
            Err(_) => Err("is not base64 after whsec_"),
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

impl Client {
    /// The secret that this gateway signs deliveries with. Ask for it once, and keep it.
    ///
    /// # Errors
    /// [`Error::Refused`] where the gateway does not relay webhooks or the key may not do this,
    /// [`Error::NotSent`], [`Error::Throttled`] or [`Error::Interrupted`] when no answer came,
    /// [`Error::NotUnderstood`] when the answer has no secret; the answer is then not kept in it.
    pub async fn webhook_secret(&self) -> Result<Secret, Error> {
        let read = Read::WebhookSecret;
        let deadline = self.connection.wait.ends();
        let answer = read.document(&self.connection, deadline).await.map_err(untold)?;
        let key = answer.document.tree().get("key").and_then(Value::as_str);
        let secret = key.ok_or("has no key").and_then(Secret::read);
        secret.map_err(|wrong| untold(read.not_understood(format!("its secret {wrong}"), &answer)))
    }
}

/// What came back may hold the secret all the same.
fn untold(mut error: Error) -> Error {
    if let Error::NotUnderstood(answer) = &mut error {
        answer.body = Bytes::new();
    }
    error
}
