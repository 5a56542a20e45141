//! `GET /emulator/stats`: what the emulator has counted.

use crate::state::Shared;
use axum::Json;
use axum::extract::State as With;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::atomic::Ordering;

pub(crate) async fn get(With(state): With<Shared>) -> Response {
    let (predictions, inputs) = {
        let store = state.store();
        (store.len(), store.bytes())
    };
    let (files, contents) = {
        let files = state.files();
        (files.len(), files.bytes())
    };
    let counted = json!({
        "creates_accepted": state.creates_accepted.load(Ordering::SeqCst),
        "requests": state.requests.load(Ordering::Relaxed),
        "predictions_kept": predictions,
        "input_bytes_kept": inputs,
        "files_kept": files,
        "file_bytes_kept": contents,
        "time_scale": state.timing.scale,
    });
    Json(counted).into_response()
}
