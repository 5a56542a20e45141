//! Models and their versions, from the catalog.

use crate::http::origin::Origin;
use crate::model::entry::{HIDDEN, ModelEntry};
use crate::model::names;
use crate::state::Shared;
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::Json;
use axum::extract::{Path, State};
use quickrouter_api::routes;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::SystemTime;

/// The reported version of Cog; no model here was built with it. It is the first whose schemas say
/// whether outputs come one by one; for older ones the official clients assume so of every list.
const COG: &str = "0.3.9";

pub(crate) fn find(state: &Shared, owner: &str, name: &str) -> Result<Arc<ModelEntry>, Problem> {
    let name = format!("{owner}/{name}");
    state.model(&name).ok_or_else(|| {
        Problem::not_found(format!(
            "The emulator has no model {name:?}. Define it (serve --models FILE), or accept any (serve --any-model)."
        ))
    })
}

pub(crate) async fn model(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    let model = find(&state, &owner, &name)?;
    Ok(Json(shape(&model, &state, &origin)))
}

/// The JSON of a model, with URLs on `origin`.
pub(super) fn shape(model: &ModelEntry, state: &Shared, origin: &Origin) -> Value {
    let (owner, name) = model.name.split_once('/').unwrap_or_default();
    json!({
        "url": origin.route(&routes::GET_MODEL, &[owner, name]),
        "owner": owner,
        "name": name,
        "description": model.description,
        "visibility": "public",
        "run_count": state.store().count_of(model),
        "latest_version": version_shape(model, model.latest_version(), state.started_at),
    })
}

pub(crate) async fn version(
    State(state): State<Shared>,
    Path((owner, name, id)): Path<(String, String, String)>,
) -> Result<Json<Value>, Problem> {
    let model = find(&state, &owner, &name)?;
    let known = match model.latest_version() {
        // Another version behaves like the known one.
        Some(_) => names::is_version(&id),
        None => id == HIDDEN,
    };
    if !known {
        let detail = format!("The model {:?} has no version {id:?}.", model.name);
        return Err(Problem::not_found(detail));
    }
    Ok(Json(version_shape(&model, Some(&id), state.started_at)))
}

/// A version with the schemas that its openapi_schema carries.
pub(super) fn version_shape(model: &ModelEntry, id: Option<&str>, made_at: SystemTime) -> Value {
    json!({
        "id": id.unwrap_or(HIDDEN),
        "created_at": time(made_at),
        "cog_version": COG,
        "openapi_schema": model.openapi_schema,
    })
}
