//! `GET` and `PUT /emulator/models`: shows and replaces the models beside the contract's.

use crate::error::Error;
use crate::http::same_origin;
use crate::model::catalog::Catalog;
use crate::model::definition::ModelDefinition;
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
    Json(shown(&state.catalog()))
}

/// In the form in which they are put.
fn shown(catalog: &Catalog) -> Value {
    json!({"models": catalog.definitions().collect::<Vec<_>>()})
}

async fn put(
    State(state): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    same_origin::change(&headers)?;
    let any = state.catalog().takes_any();
    // Many schemas take long to compile: other requests go on meanwhile.
    let built = tokio::task::spawn_blocking(move || {
        let catalog = read(&body, any)?;
        let shown = shown(&catalog);
        Ok((catalog, shown))
    });
    let interrupted = |_| Problem::internal("The models could not be read.");
    let (catalog, shown) = built.await.map_err(interrupted)??;
    let ticket = {
        let _locked = state.replace_models(catalog);
        state.journal.flush()
    };
    state.notify_changed();
    ticket.written().await.map_err(|error| Problem::not_kept(&error))?;
    Ok(Json(shown))
}

/// The catalog with the models of this body.
fn read(body: &[u8], any: bool) -> Result<Catalog, Problem> {
    let text =
        std::str::from_utf8(body).map_err(|_| Problem::bad_request("The body is not UTF-8."))?;
    let refused = |error: Error| Problem::bad_request(error.to_string());
    Catalog::new(ModelDefinition::parse(text).map_err(refused)?, any).map_err(refused)
}
