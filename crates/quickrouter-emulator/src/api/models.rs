//! Models and their versions, from the contract.

use crate::http::origin::Origin;
use crate::model::catalog::HIDDEN;
use crate::state::Shared;
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::Json;
use axum::extract::{Path, State};
use quickrouter_api::{Model, find_model, routes};
use serde_json::{Value, json};
use std::time::SystemTime;

/// The reported version of Cog; no model here was built with it. It is the first whose schemas say
/// whether outputs come one by one; for older ones the official clients assume so of every list.
const COG: &str = "0.3.9";

pub(crate) fn find(owner: &str, name: &str) -> Result<&'static Model, Problem> {
    let name = format!("{owner}/{name}");
    find_model(&name)
        .ok_or_else(|| Problem::not_found(format!("There is no model {name:?} in the contract.")))
}

pub(crate) async fn model(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    origin: Origin,
) -> Result<Json<Value>, Problem> {
    Ok(Json(shape(find(&owner, &name)?, &state, &origin)))
}

/// The JSON of a model, with URLs on `origin`.
pub(super) fn shape(model: &Model, state: &Shared, origin: &Origin) -> Value {
    let (owner, name) = model.name.split_once('/').unwrap_or_default();
    json!({
        "url": origin.route(&routes::GET_MODEL, &[owner, name]),
        "owner": owner,
        "name": name,
        "description": model.description(),
        "visibility": "public",
        "run_count": state.store().count_of(model),
        "latest_version": version_shape(model, state.started_at),
    })
}

pub(crate) async fn version(
    State(state): State<Shared>,
    Path((owner, name, id)): Path<(String, String, String)>,
) -> Result<Json<Value>, Problem> {
    let model = find(&owner, &name)?;
    if model.version.unwrap_or(HIDDEN) != id {
        let detail = format!("The model {:?} has no version {id:?} in the contract.", model.name);
        return Err(Problem::not_found(detail));
    }
    Ok(Json(version_shape(model, state.started_at)))
}

/// A version with the schemas that its openapi_schema carries.
pub(super) fn version_shape(model: &Model, made_at: SystemTime) -> Value {
    json!({
        "id": model.version.unwrap_or(HIDDEN),
        "created_at": time(made_at),
        "cog_version": COG,
        "openapi_schema": {
            "openapi": "3.0.2",
            "info": {"title": "Cog", "version": "0.1.0"},
            "paths": {},
            "components": {
                "schemas": {"Input": model.input_schema(), "Output": model.output_schema()},
            },
        },
    })
}
