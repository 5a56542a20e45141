//! The origin by which a caller reached the emulator, and the URLs that follow from it.

use crate::http::forwarded;
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::paths::{PREDICTION_PAGE, Side, absolute, output_path};
use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{header, uri::Authority};
use quickrouter_api::Route;
use std::convert::Infallible;

/// Scheme, host and port for the URLs in a response, such as `http://127.0.0.1:4321`; behind a proxy,
/// if that is honoured, also the path in front.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    url: String,
    side: Side,
    /// The gateway's own, which serves the page.
    home: String,
}

impl Origin {
    /// The origin for URLs outside a response, as in a webhook.
    pub(crate) fn configured(state: &Shared) -> Self {
        Self::of(state, state.origin.clone())
    }

    fn of(state: &Shared, home: String) -> Self {
        if state.traits.elsewhere {
            return Self { url: state.elsewhere.clone(), side: Side::Elsewhere, home };
        }
        Self { url: home.clone(), side: Side::Gateway, home }
    }

    /// The absolute URL of a route of the API.
    pub(crate) fn route(&self, route: &Route, values: &[&str]) -> String {
        absolute([&self.url, self.side.prefix()], route.path, values)
    }

    /// The path of one of its URLs; `None` if the URL is another's.
    pub(crate) fn path_of<'a>(&self, url: &'a str) -> Option<&'a str> {
        url.strip_prefix(&self.url).filter(|path| path.starts_with('/'))
    }

    /// The absolute URL of a prediction's page for people.
    pub(crate) fn page(&self, id: &str) -> String {
        absolute([&self.home, ""], PREDICTION_PAGE, &[id])
    }

    /// The absolute URL of an output.
    pub(crate) fn output(&self, record: &Record, index: usize) -> String {
        format!("{}{}", self.url, output_path(&record.id, &record.file_name(index)))
    }
}

impl FromRequestParts<Shared> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Infallible> {
        let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let authority = host
            .and_then(|host| host.parse::<Authority>().ok())
            .or_else(|| parts.uri.authority().cloned())
            .filter(|authority| !authority.as_str().contains('@'))
            .or_else(|| state.origin.strip_prefix("http://")?.parse().ok());
        let home = match authority {
            Some(authority) if state.forwarded => forwarded::base(&parts.headers, &authority),
            Some(authority) => format!("http://{authority}"),
            None => state.origin.clone(),
        };
        Ok(Self::of(state, home))
    }
}
