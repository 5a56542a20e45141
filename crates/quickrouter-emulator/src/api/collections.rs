//! Collections of models: one, made from the catalog.

use crate::api::listing::{self, Listing};
use crate::api::models;
use crate::http::origin::Origin;
use crate::model::behavior::OutputKind;
use crate::model::entry::ModelEntry;
use crate::state::Shared;
use crate::wire::problem::Problem;
use axum::Json;
use axum::extract::{Path, Query, State};
use quickrouter_api::routes;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// The slug of Replicate's collection of such models.
const SLUG: &str = "text-to-image";

fn shape() -> Value {
    json!({
        "name": "Text to image",
        "slug": SLUG,
        "description": "Models of the emulator's catalog that make images from a prompt alone",
        "full_description": null,
    })
}

fn belongs(model: &ModelEntry) -> bool {
    let kind = model.output_kind(&Map::new());
    let input = &model.openapi_schema["components"]["schemas"]["Input"];
    let required = input["required"].as_array().into_iter().flatten();
    matches!(kind, OutputKind::Image | OutputKind::Images)
        && model.input("prompt").is_some()
        && required.into_iter().all(|name| name == "prompt")
}

pub(crate) async fn list(
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Listing<Value>>, Problem> {
    let url = origin.route(&routes::LIST_COLLECTIONS, &[]);
    Ok(Json(listing::in_order([shape()], &query, &url, Value::clone)?))
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path(slug): Path<String>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    if slug != SLUG {
        let detail = format!("There is no collection {slug:?}; the emulator has {SLUG:?} alone.");
        return Err(Problem::not_found(detail));
    }
    let all: Vec<_> = state.catalog().all().filter(|model| belongs(model)).cloned().collect();
    let mut collection = shape();
    collection["models"] = all.iter().map(|model| models::shape(model, &state, &origin)).collect();
    Ok(Json(collection))
}
