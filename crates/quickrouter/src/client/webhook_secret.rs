//! Fetching the secret that webhook deliveries are signed with.

use bytes::Bytes;
use serde_json::Value;

use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::detail::detail;
use crate::error::Error;
use crate::webhook::Secret;

impl Client {
    /// Fetches the secret that this gateway signs webhook deliveries with. Fetch it once and store
    /// it.
    ///
    /// # Errors
    /// [`Error::Api`] if the gateway does not relay webhooks or the key lacks permission;
    /// [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] if there is no
    /// response; [`Error::UnexpectedResponse`] if the response has no secret, in which case its
    /// body is not kept in the error.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn secret(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use quickrouter::webhook::Verifier;
    ///
    /// let verifier = Verifier::new(client.webhook_secret().await?);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn webhook_secret(&self) -> Result<Secret, Error> {
        let read = IdempotentCall::WebhookSecret;
        let deadline = self.context.wait.ends();
        let response = read.document(&self.context, deadline).await.map_err(without_body)?;
        let key = response.document.tree().get("key").and_then(Value::as_str);
        let secret = key.ok_or_else(|| detail!(SecretNoKey, "has no key")).and_then(Secret::read);
        secret.map_err(|wrong| {
            without_body(read.unexpected_response(
                detail!(ResponseSecret, "its secret {reason}", reason = wrong),
                &response,
            ))
        })
    }
}

/// Drops the response body, which may contain the secret even if it cannot be decoded.
fn without_body(mut error: Error) -> Error {
    if let Error::UnexpectedResponse(response) = &mut error {
        response.body = Bytes::new();
    }
    error
}
