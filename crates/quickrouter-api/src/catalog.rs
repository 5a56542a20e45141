//! The contract as data: models, routes, limits, error codes and statuses.

mod condition;
pub(crate) mod effective;
mod entry;
#[rustfmt::skip]
#[path = "generated/catalog.rs"]
#[allow(clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
mod generated;
pub(crate) mod schemas;
mod status;
mod steps;

pub use entry::{
    Effect, ErrorCode, Model, ModelInput, ModelLog, OriginHost, OriginRoute, Route, Rule,
};
pub use generated::{BASE_URL, MODELS, Status, codes, limits, routes};
pub use schemas::{find_model, models};

/// Every code in error bodies and in failed predictions, in both languages.
pub fn error_codes() -> &'static [ErrorCode] {
    codes::ALL
}
