//! [`ModelRef`]: the requested model and the route to it.

use quickrouter_api::types::{ModelPredictionRequest, PredictionRequest, WebhookEvent};
use quickrouter_api::{Model, find_model, models};
use serde_json::{Map, Value};

use crate::detail::detail;
use crate::error::Error;
use crate::request::requested::Body;
use crate::text::similar::nearest;

/// The requested model and the route to it.
pub(super) struct ModelRef {
    pub(super) known: Option<&'static Model>,
    pub(super) route: Reference,
}

pub(super) enum Reference {
    Version(String),
    Model { owner: String, name: String },
}

impl Reference {
    pub(super) fn body(
        self,
        input: Map<String, Value>,
        webhook: Option<String>,
        webhook_events_filter: Vec<WebhookEvent>,
    ) -> Body {
        let stream = None;
        match self {
            Self::Version(version) => Body::ByVersion(PredictionRequest {
                version,
                input,
                webhook,
                webhook_events_filter,
                stream,
            }),
            Self::Model { owner, name } => {
                let body = ModelPredictionRequest { input, webhook, webhook_events_filter, stream };
                Body::ByModel { owner, name, body }
            }
        }
    }
}

impl ModelRef {
    /// The requested version, without the model's name.
    pub(super) fn version(&self) -> Option<String> {
        let Reference::Version(version) = &self.route else { return None };
        version.rsplit(':').next().map(str::to_owned)
    }

    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let (full, version) = match text.split_once(':') {
            Some((full, version)) => (full, Some(version)),
            None if is_version(text) => ("", Some(text)),
            None => (text, None),
        };
        if version.is_some_and(|version| !is_version(version)) {
            return Err(Error::InvalidRequest(detail!(
                ModelVersion,
                "model {model:?}: the version is not 64 hexadecimal digits",
                model = text
            )));
        }
        if full.is_empty() && version.is_some() {
            let known = models().iter().find(|model| model.version == Some(text));
            return Ok(Self { known, route: Reference::Version(text.to_owned()) });
        }
        let Some((owner, name)) = owner_and_name(full) else { return Err(not_a_model(text)) };
        let known = find_model(full);
        let route = match version.or(known.and_then(|model| model.version)) {
            Some(version) => Reference::Version(format!("{full}:{version}")),
            None => Reference::Model { owner: owner.to_owned(), name: name.to_owned() },
        };
        Ok(Self { known, route })
    }
}

fn not_a_model(text: &str) -> Error {
    let near = nearest(text, models().iter().flat_map(|m| [m.name, m.short_name()]));
    Error::InvalidRequest(match near {
        Some(near) => {
            let known = models().iter().find(|m| m.name == near || m.short_name() == near);
            let near = known.map_or(near, |known| known.name);
            detail!(
                ModelNameNear,
                "model {model:?} is not owner/name, owner/name:version or a version of 64 hexadecimal digits; did you mean {near}?",
                model = text,
                near = near
            )
        }
        None => detail!(
            ModelName,
            "model {model:?} is not owner/name, owner/name:version or a version of 64 hexadecimal digits",
            model = text
        ),
    })
}

pub(super) fn is_version(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns both parts if each is valid in a path.
fn owner_and_name(full: &str) -> Option<(&str, &str)> {
    let fits = |part: &str| {
        !matches!(part, "" | "." | "..")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    full.split_once('/').filter(|(owner, name)| fits(owner) && fits(name))
}
