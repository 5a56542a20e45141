//! Asking for predictions, listing and canceling them.

use crate::origin::Origin;
use crate::problem::Problem;
use crate::shape;
use crate::state::Shared;
use crate::store::Cursor;
use axum::Json;
use axum::extract::{Path, Query, State};
use quickrouter_api::routes;
use serde_json::{Value, json};
use std::collections::HashMap;

/// How many predictions are on a page of a listing, as at Replicate.
const PAGE: usize = 100;

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
    let cursor = match query.get("cursor").map(|text| Cursor::decode(text)) {
        Some(None) => return Err(Problem::bad_request("The cursor is not one of this listing.")),
        Some(cursor) => cursor,
        None => None,
    };
    let page = state.store().page(cursor, PAGE);
    let now = state.now();
    let results: Vec<Value> =
        page.records.iter().map(|record| shape::prediction(record, now, &origin)).collect();
    let link = |cursor: Option<Cursor>| {
        cursor.map(|cursor| {
            let start = origin.route(&routes::LIST_PREDICTIONS, &[]);
            format!("{start}?cursor={}", cursor.encode())
        })
    };
    Ok(Json(json!({
        "previous": link(page.previous),
        "next": link(page.next),
        "results": results,
    })))
}
