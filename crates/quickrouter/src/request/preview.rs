//! [`RequestPreview`]: a create as it would be sent.

use serde_json::Value;

use crate::request::Prepared;
use crate::request::requested::Body;
use crate::validate::finding::Warning;

/// A create as [`Client::create`](crate::Client::create) would send it, without the key.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RequestPreview {
    /// The HTTP method.
    pub method: &'static str,
    /// The URL.
    pub url: String,
    /// The headers that depend on the request. What every request has is not among them: the key and
    /// the content type.
    pub headers: Vec<(&'static str, String)>,
    /// The body, sent as JSON.
    pub body: Value,
    /// What the check warns of.
    pub warnings: Vec<Warning>,
}

impl Prepared {
    /// The request, below the gateway's base URL.
    pub(crate) fn preview(self, base_url: &str) -> RequestPreview {
        let body = &self.requested.body;
        let route = body.route();
        let path = match body {
            Body::ByVersion(_) => route.path.to_owned(),
            // Neither has a character that a path would escape: `ModelRef::parse`.
            Body::ByModel { owner, name, .. } => {
                route.path.replace("{model_owner}", owner).replace("{model_name}", name)
            }
        };
        let sent = match body {
            Body::ByVersion(body) => serde_json::to_value(body),
            Body::ByModel { body, .. } => serde_json::to_value(body),
        };
        let prefer = self.prefer_wait.map(|seconds| ("prefer", format!("wait={seconds}")));
        let cancel = self.cancel_after.map(|seconds| ("cancel-after", format!("{seconds}s")));
        RequestPreview {
            method: route.method,
            url: format!("{base_url}{path}"),
            headers: prefer.into_iter().chain(cancel).collect(),
            body: sent.unwrap_or_default(),
            warnings: self.warnings,
        }
    }
}
