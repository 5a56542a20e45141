//! A transport that hands requests to a gateway in memory: no socket, and a paused clock will do.

use crate::gateway::Gateway;
use crate::wire::interruption::is_reset;
use crate::wire::paths::prefix;
use axum::Router;
use axum::body::Body;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use quickrouter_api::{Fail, Kind, Transport};
use reqwest::ResponseBuilderExt as _;
use tower::ServiceExt as _;

/// Where a gateway in memory is: a loopback address, so that a client speaks plain http to it, at a
/// port that nothing listens on.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:1";

/// Where its other origin is.
pub(crate) const ELSEWHERE: &str = "http://127.0.0.1:2";

/// Sends requests to a [`Gateway`] in memory.
///
/// Its [`base_url`](Self::base_url) is `http://127.0.0.1:1/replicate`: loopback, so that plain http
/// is in order, and a port on which nothing listens, so that a request that goes round this
/// transport fails. The gateway's other origin is `http://127.0.0.1:2`. Requests to any other
/// origin fail as not sent. A call runs in a task of its own:
/// a caller that gives up does not stop the gateway from acting, as on a real network.
#[derive(Debug, Clone)]
pub struct InMemoryTransport {
    gateway: Router,
    elsewhere: Router,
}

impl InMemoryTransport {
    /// A transport to this gateway.
    pub fn new(gateway: &Gateway) -> Self {
        Self { gateway: gateway.router(), elsewhere: gateway.router_elsewhere() }
    }

    /// The base URL under which this transport finds its gateway.
    pub fn base_url(&self) -> String {
        format!("{ORIGIN}{}", prefix())
    }
}

impl Transport for InMemoryTransport {
    fn send(&self, request: reqwest::Request) -> BoxFuture<'_, Result<reqwest::Response, Fail>> {
        let url = request.url().clone();
        let router = match url.origin().ascii_serialization().as_str() {
            ORIGIN => Some(self.gateway.clone()),
            ELSEWHERE => Some(self.elsewhere.clone()),
            _ => None,
        };
        async move {
            let Some(router) = router else {
                let cause = format!("nothing but {ORIGIN} and {ELSEWHERE} is in memory");
                return Err(Fail::new(Kind::NotSent, cause));
            };
            let request = http::Request::<reqwest::Body>::try_from(request)
                .map_err(|error| Fail::new(Kind::NotSent, error))?;
            let call = tokio::spawn(router.oneshot(request.map(Body::new)));
            let answer = call
                .await
                .map_err(|error| Fail::new(Kind::Interrupted, error))?
                .unwrap_or_else(|never| match never {});
            if is_reset(&answer) {
                return Err(Fail::new(Kind::Interrupted, "reset on purpose"));
            }
            let (parts, body) = answer.into_parts();
            let mut builder = http::Response::builder().status(parts.status).url(url);
            if let Some(headers) = builder.headers_mut() {
                *headers = parts.headers;
            }
            let answer = builder
                .body(reqwest::Body::wrap_stream(body.into_data_stream()))
                .map_err(|error| Fail::new(Kind::Interrupted, error))?;
            Ok(reqwest::Response::from(answer))
        }
        .boxed()
    }
}
