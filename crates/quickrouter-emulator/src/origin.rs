//! Under which origin a caller reached the emulator, and the URLs that follow from it.

use crate::state::Shared;
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{header, uri::Authority};
use quickrouter_api::{BASE_URL, Route};
use std::convert::Infallible;

/// What is the emulator's own lives below this path.
pub(crate) const OWN: &str = "/emulator/";
/// The path of the outputs, outside the API: no key is needed there.
pub(crate) const OUTPUTS: &str = "/emulator/outputs/{id}/{file}";
/// The path of the counters.
pub(crate) const STATS: &str = "/emulator/stats";

/// The path prefix of the API, as in the contract's base URL: `/replicate`.
pub(crate) fn prefix() -> String {
    let base: http::Uri = BASE_URL.parse().expect("the contract's base URL is a URL");
    base.path().trim_end_matches('/').to_owned()
}

/// A route's path with its parameters filled in, in their order.
pub(crate) fn fill(path: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut filled = |part| {
        if str::starts_with(part, '{') { values.next().copied().unwrap_or_default() } else { part }
    };
    path.split('/').map(&mut filled).collect::<Vec<&str>>().join("/")
}

/// Scheme, host and port, such as `http://127.0.0.1:4321`.
#[derive(Debug, Clone)]
pub(crate) struct Origin(String);

impl Origin {
    /// The absolute URL of a route of the API.
    pub(crate) fn route(&self, route: &Route, values: &[&str]) -> String {
        format!("{}{}{}", self.0, prefix(), fill(route.path, values))
    }

    /// The absolute URL of an output.
    pub(crate) fn output(&self, id: &str, index: usize) -> String {
        format!("{}{}", self.0, fill(OUTPUTS, &[id, &format!("out-{index}.png")]))
    }
}

impl FromRequestParts<Shared> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = host
            .and_then(|host| host.parse::<Authority>().ok())
            .or_else(|| parts.uri.authority().cloned())
            .filter(|authority| !authority.as_str().contains('@'));
        Ok(Self(match authority {
            Some(authority) => format!("http://{authority}"),
            None => state.origin.clone(),
        }))
    }
}
