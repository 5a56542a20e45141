//! Requests whose answer is read as it comes.

use std::time::Duration;

use reqwest::Request;
use secrecy::SecretString;

use crate::downloads::{self, Opened};
use crate::gate::Gate;
use crate::hidden::Hidden;
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
        self.put_headers(&mut request)?;
        let (method, url) = (request.method().clone(), request.url().clone());
        tracing::debug!(operation, %method, %url, "request");
        let hidden = self.findable_key().map(|key| Hidden::new(SecretString::from(key)));
        let opened = downloads::open(&*self.transport, request, idle, hidden).await;
        match &opened {
            Ok(opened) => {
                tracing::debug!(operation, status = opened.status.as_u16(), "the answer begins");
            }
            Err(fail) => tracing::debug!(operation, %fail, "no usable answer"),
        }
        let mut opened = opened?;
        opened.headers.values_mut().for_each(|value| self.hide_key(value));
        Ok(opened)
    }
}
