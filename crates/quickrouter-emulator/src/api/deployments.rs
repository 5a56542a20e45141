//! Deployments: those that the catalog names.

use crate::api::account::{self, HARDWARE};
use crate::api::listing::{self, Listing};
use crate::http::origin::Origin;
use crate::model::catalog::HIDDEN;
use crate::state::Shared;
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::Json;
use axum::extract::{Path, Query, State};
use quickrouter_api::{Model, routes};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::SystemTime;

/// A name under which a model can be run.
pub(crate) struct Deployment {
    owner: String,
    name: String,
    pub(crate) model: &'static Model,
}

/// All that the catalog names.
fn all() -> Vec<Deployment> {
    Vec::new()
}

pub(crate) fn find_deployment(owner: &str, name: &str) -> Result<Deployment, Problem> {
    let mut all = all().into_iter();
    let found = all.find(|deployment| deployment.owner == owner && deployment.name == name);
    found.ok_or_else(|| {
        let name = format!("{owner}/{name}");
        Problem::not_found(format!("There is no deployment {name:?} in the emulator's catalog."))
    })
}

fn shape(deployment: &Deployment, made_at: SystemTime) -> Value {
    let Deployment { owner, name, model } = deployment;
    json!({
        "owner": owner,
        "name": name,
        "current_release": {
            "number": 1,
            "model": model.name,
            "version": model.version.unwrap_or(HIDDEN),
            "created_at": time(made_at),
            "created_by": account::shape(),
            "configuration": {"hardware": HARDWARE, "min_instances": 1, "max_instances": 1},
        },
    })
}

pub(crate) async fn list(
    State(state): State<Shared>,
    Query(query): Query<HashMap<String, String>>,
    origin: Origin,
) -> Result<Json<Listing<Value>>, Problem> {
    let url = origin.route(&routes::LIST_DEPLOYMENTS, &[]);
    let shape = |deployment: &Deployment| shape(deployment, state.started_at);
    Ok(Json(listing::in_order(all(), &query, &url, shape)?))
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(shape(&find_deployment(&owner, &name)?, state.started_at)))
}
