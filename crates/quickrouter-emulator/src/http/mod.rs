//! What every request passes: limits on its body, its key, the request log, and the origin it names.

pub(crate) mod auth;
pub(crate) mod body;
pub(crate) mod middleware;
pub(crate) mod origin;
pub(crate) mod prediction_json;
pub(crate) mod recorded_output;
pub(crate) mod same_origin;
pub(crate) mod untrusted;

mod cors;
mod forwarded;
mod log_entry;
