//! Deployments: those that the catalog names.

use crate::api::account::{self, HARDWARE};
use crate::api::listing::{self, Listing};
use crate::http::origin::Origin;
use crate::model::entry::{HIDDEN, ModelEntry};
use crate::state::Shared;
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::Json;
use axum::extract::{Path, Query, State};
use quickrouter_api::routes;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::iter;
use std::sync::Arc;
use std::time::SystemTime;

/// A deployment's name, `owner/name`, and the model that it runs.
type Deployment = (String, Arc<ModelEntry>);

/// All that the catalog names.
fn all(state: &Shared) -> Vec<Deployment> {
    let named = |model: &Arc<ModelEntry>| {
        let names = model.deployments.clone().into_iter();
        names.zip(iter::repeat(Arc::clone(model))).collect::<Vec<_>>()
    };
    state.catalog().all().flat_map(named).collect()
}

/// The model that a deployment runs.
///
/// # Errors
/// The catalog does not name the deployment.
pub(super) fn find_deployment(
    state: &Shared,
    owner: &str,
    name: &str,
) -> Result<Arc<ModelEntry>, Problem> {
    find(state, owner, name).map(|(_, model)| model)
}

fn find(state: &Shared, owner: &str, name: &str) -> Result<Deployment, Problem> {
    let name = format!("{owner}/{name}");
    // The API takes a name in letters of either case.
    let found = all(state).into_iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
    found.ok_or_else(|| {
        Problem::not_found(format!(
            "The emulator has no deployment {name:?}. Name it in the \"deployments\" of a model \
             (serve --models FILE)."
        ))
    })
}

fn shape((full_name, model): &Deployment, made_at: SystemTime) -> Value {
    let (owner, name) = full_name.split_once('/').unwrap_or_default();
    json!({
        "owner": owner,
        "name": name,
        "current_release": {
            "number": 1,
            "model": model.name,
            "version": model.latest_version().unwrap_or(HIDDEN),
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
    Ok(Json(listing::in_order(all(&state), &query, &url, shape)?))
}

pub(crate) async fn get(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(shape(&find(&state, &owner, &name)?, state.started_at)))
}
