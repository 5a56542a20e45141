//! Lists and searches models, and lists the versions of one.

use crate::api::listing::{self, Listing};
use crate::api::models;
use crate::http::origin::Origin;
use crate::model::entry::{HIDDEN, ModelEntry};
use crate::state::Shared;
use crate::wire::problem::Problem;
use axum::Json;
use axum::extract::{Path, Query, State};
use bytes::Bytes;
use quickrouter_api::routes;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// The longest query, in bytes: the emulator's own limit.
const LONGEST_QUERY: usize = 1024;

pub(crate) async fn list(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Listing<Value>>, Problem> {
    let url = origin.route(&routes::LIST_MODELS, &[]);
    let all: Vec<Arc<ModelEntry>> = state.catalog().all().cloned().collect();
    let shape = |model: &Arc<ModelEntry>| models::shape(model, &state, &origin);
    Ok(Json(listing::in_order(all, &query, &url, shape)?))
}

/// The models in whose name or description every word of the body occurs. Replicate ranks by
/// relevance; here they are in the catalog's order.
pub(crate) async fn search(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
    body: Bytes,
) -> Result<Json<Listing<Value>>, Problem> {
    let words = words(&body)?;
    let url = origin.route(&routes::SEARCH_MODELS, &[]);
    let matches = |model: &&Arc<ModelEntry>| {
        let text = format!("{} {}", model.name, model.description).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let found: Vec<Arc<ModelEntry>> = state.catalog().all().filter(matches).cloned().collect();
    let shape = |model: &Arc<ModelEntry>| models::shape(model, &state, &origin);
    Ok(Json(listing::in_order(found, &query, &url, shape)?))
}

/// The words of a query. What is between them does not count: the JavaScript client 1.4.0 sends the
/// text in quotes, as JSON.
fn words(body: &[u8]) -> Result<Vec<String>, Problem> {
    if body.len() > LONGEST_QUERY {
        let detail = format!(
            "The query has {} bytes; the emulator's own limit is {LONGEST_QUERY}.",
            body.len()
        );
        return Err(Problem::bad_request(detail));
    }
    let text = std::str::from_utf8(body)
        .map_err(|_| Problem::bad_request("The query, which is the body, is not UTF-8."))?;
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    Ok(words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect())
}

pub(crate) async fn versions(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Listing<Value>>, Problem> {
    let model = models::find(&state, &owner, &name)?;
    let url = origin.route(&routes::LIST_MODEL_VERSIONS, &[&owner, &name]);
    let shape = |id: &&str| models::version_shape(&model, Some(id), state.started_at);
    let mut ids: Vec<&str> = model.versions.iter().map(String::as_str).collect();
    if ids.is_empty() {
        ids.push(HIDDEN);
    }
    Ok(Json(listing::in_order(ids, &query, &url, shape)?))
}
