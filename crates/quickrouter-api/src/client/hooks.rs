//! Sends every request of the generated client through the gate.

use std::future::ready;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::BodyExt;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo};
use reqwest::{Body, Request, Response};

use super::generated::Client;
use crate::gate::Gate;
use crate::transport::Fail;

impl Gate {
    /// The generated client behind this gate. `maker` builds requests and sends none.
    pub fn into_client(self, maker: &reqwest::Client) -> Client {
        let base = self.base_url().as_str().trim_end_matches('/').to_owned();
        Client::new_with_client(&base, maker.clone(), self)
    }
}

impl ClientHooks<Gate> for Client {
    fn exec(
        &self,
        request: Request,
        info: &OperationInfo,
    ) -> impl Future<Output = reqwest::Result<Response>> {
        let sending = self.inner().send(info.operation_id, request);
        async move {
            match sending.await {
                Ok(response) => Ok(response),
                Err(fail) => Err(into_reqwest(fail).await),
            }
        }
    }
}

/// Wraps a [`Fail`] in the error type that the generated client returns; [`crate::fail_in`] gets it
/// back. `reqwest::Error` has no constructor, so a body that fails at once makes one.
async fn into_reqwest(fail: Fail) -> reqwest::Error {
    let failing = stream::once(ready(Err::<Bytes, Fail>(fail)));
    match Body::wrap_stream(failing).frame().await {
        Some(Err(error)) => error,
        _ => unreachable!("a body of one error yields that error first"),
    }
}
