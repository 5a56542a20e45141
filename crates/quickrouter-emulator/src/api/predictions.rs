//! Reads, lists and cancels predictions.

use crate::api::listing::{self, PAGE};
use crate::http::origin::Origin;
use crate::http::prediction_json;
use crate::state::Shared;
use crate::wire::problem::Problem;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use quickrouter_api::routes;
use std::collections::HashMap;

/// From this many bytes of inputs on, a page is serialized on a blocking thread.
const LARGE: usize = 1024 * 1024;

fn unknown(id: &str) -> Problem {
    Problem::not_found(format!("There is no prediction {id:?}."))
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
) -> Result<Response, Problem> {
    let record = state.store().get(&id).ok_or_else(|| unknown(&id))?;
    Ok(prediction_json::prediction(&record, state.now(), &origin).into_response())
}

pub(crate) async fn cancel(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
) -> Result<Response, Problem> {
    let (record, now, ticket) = {
        // Read the time while holding the lock, so that nobody has seen more than the cancel
        // leaves.
        let mut store = state.store();
        let now = state.now();
        (store.cancel(&id, now).ok_or_else(|| unknown(&id))?, now, state.journal.flush())
    };
    state.canceled.notify_waiters();
    ticket.written().await.map_err(|error| Problem::not_kept(&error))?;
    Ok(prediction_json::prediction(&record, now, &origin).into_response())
}

pub(crate) async fn list(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Response, Problem> {
    let page = state.store().page(listing::cursor(&query)?, PAGE);
    let (now, bytes) = (state.now(), page.records.iter().map(|(bytes, _)| bytes).sum::<usize>());
    let written = move || {
        let listing = listing::answer(&page, &routes::LIST_PREDICTIONS, &origin, |(_, record)| {
            prediction_json::prediction(record, now, &origin)
        });
        serde_json::to_string(&listing).expect("its keys are texts")
    };
    let written = if bytes < LARGE {
        written()
    } else {
        let written = tokio::task::spawn_blocking(written).await;
        written.map_err(|_| Problem::internal("The page could not be written."))?
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], written).into_response())
}
