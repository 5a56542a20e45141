//! Streams a response instead of reading it whole.

use std::time::Duration;

use reqwest::Request;

use crate::downloads::{self, Opened};
use crate::gate::Gate;
use crate::redact::Redactor;
use crate::transport::Fail;

impl Gate {
    /// Sends a request and waits for the head of the response; the body is then streamed. The request
    /// may go to any origin, but the key is sent to the base URL's own only. Redirects are not
    /// followed. Fails after `idle` without a byte.
    ///
    /// If a server repeats the key, it is redacted in the headers and in the body.
    ///
    /// # Errors
    /// A [`Fail`] if no response arrived.
    pub async fn open(
        &self,
        operation: &str,
        mut request: Request,
        idle: Duration,
    ) -> Result<Opened, Fail> {
        // Compression would delay events until a block is full.
        self.put_headers(&mut request, "identity")?;
        tracing::debug!(operation, method = %request.method(), url = %request.url(), "request");
        let redactor = self.key.as_ref().and_then(|key| key.findable().cloned()).map(Redactor::new);
        let opened = downloads::open(&*self.transport, request, idle, redactor).await;
        match &opened {
            Ok(opened) => {
                tracing::debug!(operation, status = opened.status.as_u16(), "response started");
            }
            Err(fail) => tracing::debug!(operation, %fail, "no usable response"),
        }
        let mut opened = opened?;
        self.redact_headers(&mut opened.headers);
        Ok(opened)
    }
}
