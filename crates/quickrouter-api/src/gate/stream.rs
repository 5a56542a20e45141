//! Requests whose answer is read as it comes.

use std::time::Duration;

use reqwest::Request;

use crate::downloads::{self, Opened};
use crate::gate::Gate;
use crate::redact::Redactor;
use crate::transport::Fail;

impl Gate {
    /// Sends a request and waits for the head of its answer, whose body is then read as it comes.
    /// It may go to any origin; the key goes along to the base URL's own only. Redirects are not
    /// followed. Given up after `idle` without a byte.
    ///
    /// Where a server repeats the key, it is taken out of the headers and of the body.
    ///
    /// # Errors
    /// A [`Fail`] when no answer came.
    pub async fn open(
        &self,
        operation: &str,
        mut request: Request,
        idle: Duration,
    ) -> Result<Opened, Fail> {
        // Compression would hold events back until a block is full.
        self.put_headers(&mut request, "identity")?;
        tracing::debug!(operation, method = %request.method(), url = %request.url(), "request");
        let redactor = self.key.as_ref().and_then(|key| key.findable().cloned()).map(Redactor::new);
        let opened = downloads::open(&*self.transport, request, idle, redactor).await;
        match &opened {
            Ok(opened) => {
                tracing::debug!(operation, status = opened.status.as_u16(), "the answer begins");
            }
            Err(fail) => tracing::debug!(operation, %fail, "no usable answer"),
        }
        let mut opened = opened?;
        self.hide_key(&mut opened.headers);
        Ok(opened)
    }
}
