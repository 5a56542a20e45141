//! What a request is, and whether another is the same.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use quickrouter::{AnyInput, CreateRequest};
use rmcp::model::JsonObject;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Kind, ToolError};
use crate::store::NewRequest;

/// A create of a model with an input.
pub(crate) fn request_of(model: &str, input: &JsonObject) -> CreateRequest {
    CreateRequest::new(AnyInput::new(model, Value::Object(input.clone())))
}

/// A digest of what is asked for, the same whatever the order of its keys.
pub(crate) fn fingerprint(model: &str, input: &JsonObject) -> String {
    let mut sorted = Value::Object(input.clone());
    sorted.sort_all_objects();
    let digest = Sha256::digest(format!("{model}\n{sorted}"));
    URL_SAFE_NO_PAD.encode(digest)
}

/// Refuses other arguments under an id that was used before.
pub(crate) fn same(known: &NewRequest, fingerprint: &str) -> Result<(), ToolError> {
    if known.fingerprint == fingerprint {
        return Ok(());
    }
    let message = format!(
        "The request_id `{}` was used before, with other arguments, for {}.",
        known.request_id, known.model
    );
    let next = "Nothing was created. Use a new request_id for a new picture, or the first arguments to \
                get the first one.";
    Err(ToolError::new(Kind::RequestIdConflict, message, next))
}
