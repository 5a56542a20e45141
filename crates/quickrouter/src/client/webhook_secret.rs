//! Asking the gateway for the secret that deliveries are signed with.

use bytes::Bytes;
use serde_json::Value;

use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::error::Error;
use crate::webhook::Secret;

impl Client {
    /// The secret that this gateway signs deliveries with. Ask for it once, and keep it.
    ///
    /// # Errors
    /// [`Error::Api`] where the gateway does not relay webhooks or the key may not do this,
    /// [`Error::NotSent`], [`Error::RateLimited`] or [`Error::Interrupted`] when no answer came,
    /// [`Error::UnexpectedResponse`] when the answer has no secret; the answer is then not kept in it.
    pub async fn webhook_secret(&self) -> Result<Secret, Error> {
        let read = IdempotentCall::WebhookSecret;
        let deadline = self.context.wait.ends();
        let answer = read.document(&self.context, deadline).await.map_err(untold)?;
        let key = answer.document.tree().get("key").and_then(Value::as_str);
        let secret = key.ok_or("has no key").and_then(Secret::read);
        secret.map_err(|wrong| {
            untold(read.unexpected_response(format!("its secret {wrong}"), &answer))
        })
    }
}

/// What came back may hold the secret all the same.
fn untold(mut error: Error) -> Error {
    if let Error::UnexpectedResponse(answer) = &mut error {
        answer.body = Bytes::new();
    }
    error
}
