//! How gateways differ: their responses, and what they pass on.

use crate::wire::problem::ErrorFormat;
use http::StatusCode;

/// A gateway to imitate; each of its traits can also be set separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Personality {
    /// Replicate's own API: a create is answered with 201, errors are `application/problem+json`,
    /// `Prefer` and `Cancel-After` are honoured, every route exists, and URLs point back here.
    #[default]
    Replicate,
    /// A relay of QuickRouter's family: a create is answered with 200, errors are `{"error":
    /// {...}}` in Chinese, `Prefer` and `Cancel-After` are ignored, only the routes that
    /// QuickRouter documents are relayed, and URLs point at another origin, which takes no key of
    /// this one and logs its requests. Usage, prices and charges are at its origin.
    Gateway,
}

/// The traits of one gateway.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Traits {
    /// The status of an accepted create: 201 or 200.
    pub(crate) created: StatusCode,
    pub(crate) error_format: ErrorFormat,
    pub(crate) honours_prefer: bool,
    pub(crate) honours_cancel_after: bool,
    /// Whether the routes that QuickRouter does not document are relayed.
    pub(crate) relays_all: bool,
    /// Whether URLs in responses point at another origin.
    pub(crate) elsewhere: bool,
    /// Whether `Authorization: Token KEY` is taken like `Bearer KEY`. Replicate does: LiteLLM 1.110.2
    /// sends it there (`llms/replicate/chat/transformation.py`). Gateways of the new-api family strip
    /// `Bearer ` alone (`middleware/auth.go`), so that another scheme is part of a wrong key.
    pub(crate) takes_token: bool,
    /// Whether usage, prices and charges are at the origin, as at gateways of the new-api family.
    pub(crate) serves_origin: bool,
}

/// Traits that were set separately; they take precedence over the personality.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Overrides {
    pub(crate) created: Option<StatusCode>,
    pub(crate) error_format: Option<ErrorFormat>,
    pub(crate) honours_prefer: Option<bool>,
    pub(crate) honours_cancel_after: Option<bool>,
    pub(crate) relays_all: Option<bool>,
    pub(crate) elsewhere: Option<bool>,
}

impl Overrides {
    pub(crate) fn apply_to(self, personality: Personality) -> Traits {
        let own = personality == Personality::Replicate;
        Traits {
            created: self.created.unwrap_or(if own { StatusCode::CREATED } else { StatusCode::OK }),
            error_format: self.error_format.unwrap_or(if own {
                ErrorFormat::Problem
            } else {
                ErrorFormat::Gateway
            }),
            honours_prefer: self.honours_prefer.unwrap_or(own),
            honours_cancel_after: self.honours_cancel_after.unwrap_or(own),
            relays_all: self.relays_all.unwrap_or(own),
            elsewhere: self.elsewhere.unwrap_or(!own),
            takes_token: own,
            serves_origin: !own,
        }
    }
}
