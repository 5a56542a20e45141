//! `GET` and `PUT /emulator/models`: shows and replaces the models beside the contract's.

use crate::error::Error;
use crate::http::same_origin;
use crate::model::catalog::{Catalog, MAX_MODELS};
use crate::model::definition::{self, ModelDefinition};
use crate::model::entry::ModelEntry;
use crate::state::Shared;
use crate::wire::paths::MODELS;
use crate::wire::problem::Problem;
use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use bytes::Bytes;
use http::HeaderMap;
use serde_json::{Value, json};

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route(MODELS, get(all).put(put))
}

async fn all(State(state): State<Shared>) -> Json<Value> {
    Json(shape(&state.catalog()))
}

fn shape(catalog: &Catalog) -> Value {
    let defined: Vec<&ModelDefinition> =
        catalog.all().filter_map(|entry| entry.definition.as_deref()).collect();
    json!({"models": defined})
}

async fn put(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    same_origin::change(&headers)?;
    let text =
        std::str::from_utf8(&body).map_err(|_| Problem::bad_request("The body is not UTF-8."))?;
    let refused = |error: Error| Problem::bad_request(error.to_string());
    let definitions = definition::parse(text).map_err(refused)?;
    if definitions.len() > MAX_MODELS {
        let detail = format!("The emulator's own limit: at most {MAX_MODELS} models.");
        return Err(Problem::bad_request(detail));
    }
    let entries: Result<Vec<_>, _> = definitions.into_iter().map(ModelEntry::new).collect();
    let entries = entries.map_err(refused)?;
    let (shown, ticket) = {
        let catalog = state.replace_models(entries);
        (shape(&catalog), state.journal.flush())
    };
    state.notify_changed();
    ticket.written().await.map_err(|error| Problem::not_kept(&error))?;
    Ok(Json(shown))
}
