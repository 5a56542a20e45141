//! The account and the hardware: the emulator's own, marked as such.

use axum::Json;
use serde_json::{Value, json};

/// The id of the one hardware: Replicate's for its CPU.
pub(super) const HARDWARE: &str = "cpu";

/// The emulator's account. Official clients need its type, username and name.
pub(super) fn shape() -> Value {
    json!({
        "type": "user",
        "username": "emulator",
        "name": "QuickRouter's emulator (not an account of anybody)",
    })
}

pub(crate) async fn account() -> Json<Value> {
    Json(shape())
}

pub(crate) async fn hardware() -> Json<Value> {
    Json(json!([{"name": "CPU (the emulator runs no model)", "sku": HARDWARE}]))
}
