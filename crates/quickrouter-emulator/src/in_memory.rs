//! A transport to a gateway in memory, without sockets, also on a paused clock.

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

/// The origin of a gateway in memory: loopback, so that a client speaks plain http to it, and a
/// port on which nothing listens.
pub(crate) const ORIGIN: &str = "http://127.0.0.1:1";

/// Its other origin.
pub(crate) const ELSEWHERE: &str = "http://127.0.0.1:2";

/// Sends requests to a [`Gateway`] in memory.
///
/// Its [`base_url`](Self::base_url) is `http://127.0.0.1:1/replicate`: loopback, which allows plain
/// http, and a port on which nothing listens, so that a request that bypasses this transport fails.
/// The gateway's other origin is `http://127.0.0.1:2`. Requests to any other origin fail as not
/// sent. Each call runs in its own task: a caller that gives up does not stop the gateway from
/// acting, as on a real network.
#[derive(Debug, Clone)]
pub struct InMemoryTransport {
    gateway: Router,
    elsewhere: Router,
}

impl InMemoryTransport {
    /// Creates a transport to this gateway.
    pub fn new(gateway: &Gateway) -> Self {
        Self { gateway: gateway.router(), elsewhere: gateway.router_elsewhere() }
    }

    /// The base URL of the gateway.
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
