//! Finds the recording that answers a create.

use crate::api::files;
use crate::http::origin::Origin;
use crate::model::entry::{HIDDEN, ModelEntry};
use crate::model::replay::Replay;
use crate::recording::closest::Asked;
use crate::recording::folder::Recordings;
use crate::recording::key::canonical_input;
use crate::state::Shared;
use crate::wire::problem::Problem;
use serde_json::{Map, Value};
use std::sync::Arc;

/// What a create runs.
pub(super) struct Runnable {
    pub(super) model: Arc<ModelEntry>,
    pub(super) version: Arc<str>,
    /// What it does, if that was recorded.
    pub(super) replay: Option<Arc<Replay>>,
}

impl Runnable {
    /// A model that draws, asked for by this version.
    pub(super) fn drawn(model: Arc<ModelEntry>, version: &str) -> Self {
        let version = model.version_for(version).into();
        Self { model, version, replay: None }
    }
}

/// The recording for this create; `None` if the emulator is to answer by itself.
///
/// # Errors
/// There is none, and the emulator is not to draw.
pub(super) fn find(
    state: &Shared,
    mut asked: Asked,
    input: &Map<String, Value>,
    origin: &Origin,
) -> Result<Option<Runnable>, Problem> {
    let Some(replaying) = &state.replaying else { return Ok(None) };
    if let (None, Some(id)) = (&asked.model, &asked.version) {
        // Its version is known to be that of a model.
        asked.model = state.catalog().by_version(id).map(|model| model.name.clone());
    }
    let input = canonical_input(input, &|text| files::digest(state, text, origin));
    let recordings = &replaying.recordings;
    let Some(replay) = recordings.find(&asked, &input) else {
        return if replaying.else_draw {
            Ok(None)
        } else {
            Err(missing(recordings, &asked, &input))
        };
    };
    let known = state.catalog().find(&replay.model).cloned();
    let model = known.unwrap_or_else(|| recordings.unlisted(&replay.model));
    let version = replay.fields.get("version").and_then(Value::as_str).unwrap_or(HIDDEN).into();
    Ok(Some(Runnable { model, version, replay: Some(Arc::clone(replay)) }))
}

fn missing(recordings: &Recordings, asked: &Asked, input: &Value) -> Problem {
    let closest = match recordings.closest(asked, input) {
        Some(closest) => {
            format!("The closest one is {}: {}.", closest.name, closest.differences.join("; "))
        }
        None => "The folder has none at all.".to_owned(),
    };
    Problem::not_found(format!(
        "There is no recording of this create. {closest} Record it (quickrouter serve --record DIR), \
         or let the emulator draw what is not recorded (--else-draw)."
    ))
}
