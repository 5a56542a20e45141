//! Asking for predictions, listing and canceling them.

use crate::origin::Origin;
use crate::paging::{Cursor, PAGE};
use crate::problem::Problem;
use crate::shape;
use crate::state::Shared;
use crate::store::Record;
use axum::Json;
use axum::extract::{Path, Query, State};
use quickrouter_api::routes;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("There is no prediction {id:?}."))
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    let record = state.store().get(&id).ok_or_else(|| unknown(&id))?;
    Ok(Json(shape::prediction(&record, state.now(), &origin)))
}

pub(crate) async fn cancel(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    let (record, now) = {
        // The time is told while nobody looks, so that nobody has seen more than it leaves.
        let mut store = state.store();
        let now = state.now();
        (store.cancel(&id, now).ok_or_else(|| unknown(&id))?, now)
    };
    state.canceled.notify_waiters();
    Ok(Json(shape::prediction(&record, now, &origin)))
}

pub(crate) async fn list(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    let page = state.store().page(Cursor::asked(&query)?, PAGE);
    let now = state.now();
    let shape = |record: Arc<Record>| shape::prediction(&record, now, &origin);
    Ok(Json(page.answer(&routes::LIST_PREDICTIONS, &origin, shape)))
}
