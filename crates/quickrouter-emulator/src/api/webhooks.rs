//! `GET /v1/webhooks/default/secret`, and `GET /emulator/webhooks`: what was delivered.

use crate::delivery::Delivery;
use crate::state::Shared;
use crate::wire::paths::WEBHOOKS;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(WEBHOOKS, get(all))
}

async fn all(State(state): State<Shared>) -> Json<Value> {
    let deliveries: Value = state.webhooks.deliveries().all().map(Delivery::json).collect();
    Json(json!({"deliveries": deliveries}))
}

pub(crate) async fn secret(State(state): State<Shared>) -> Json<Value> {
    Json(json!({"key": state.webhooks.secret.text()}))
}
