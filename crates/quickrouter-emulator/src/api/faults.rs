//! `GET` and `PUT /emulator/faults`: shows and replaces the faults.

use crate::faults::Faults;
use crate::http::same_origin;
use crate::state::Shared;
use crate::wire::paths::FAULTS;
use crate::wire::problem::Problem;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::HeaderMap;

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(FAULTS, get(all).put(put))
}

async fn all(State(state): State<Shared>) -> Json<Faults> {
    Json(state.faults().faults().clone())
}

async fn put(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Faults>, Problem> {
    same_origin::change(&headers)?;
    let text =
        std::str::from_utf8(&body).map_err(|_| Problem::bad_request("The body is not UTF-8."))?;
    let faults =
        Faults::from_json(text).map_err(|error| Problem::bad_request(error.to_string()))?;
    state.set_faults(faults.clone());
    Ok(Json(faults))
}
