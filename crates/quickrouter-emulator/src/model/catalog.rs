//! Looks up models of the contract.

use quickrouter_api::{Model, find_model, models};

/// Shown as the version of a model that has none in the contract.
pub(crate) const HIDDEN: &str = "hidden";

/// Finds the model for a version: `owner/name:64hex`, `64hex` or `owner/name`. With a name, any
/// version is accepted, as at the gateway: the contract's version runs.
pub(crate) fn by_version(version: &str) -> Option<&'static Model> {
    let is_id = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    match version.rsplit_once(':') {
        Some((name, id)) if is_id(id) => find_model(name).filter(|model| model.version.is_some()),
        Some(_) => None,
        None if is_id(version) => {
            models().iter().find(|model| model.version.is_some_and(|id| id == version))
        }
        None => find_model(version),
    }
}
