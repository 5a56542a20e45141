//! Output files: drawn on request, from what the prediction was made of.

use crate::http::middleware::AboutPrediction;
use crate::model::outputs::Media;
use crate::picture::{Picture, draw};
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::inline_files::shorten_inline_files;
use crate::wire::problem::Problem;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header;
use quickrouter_api::Status;
use serde_json::Value;
use std::sync::Arc;

pub(crate) async fn get(
    State(state): State<Shared>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found(format!("There is no file {file:?} of {id:?}."));
    let record = state.store().get(&id).ok_or_else(gone)?;
    let snapshot = record.at(state.now());
    let index = index_of(&file).filter(|index| record.files().any(|kept| kept == *index));
    let index = index.ok_or_else(gone)?;
    if snapshot.status != Status::Succeeded || snapshot.removed {
        return Err(gone());
    }
    let broken = || Problem::internal("The picture could not be drawn.");
    let permit =
        Arc::clone(&state.render_permits).acquire_owned().await.map_err(|_closed| broken())?;
    let about = Extension(AboutPrediction(Arc::clone(&record.id)));
    let drawn = tokio::task::spawn_blocking(move || {
        // Held to the end, even if nobody waits for the picture any more.
        let _permit = permit;
        drawing(&record, index)
    })
    .await;
    let file = drawn.ok().and_then(Result::ok).ok_or_else(broken)?;
    Ok((about, [(header::CONTENT_TYPE, "image/png")], file).into_response())
}

/// The number in `out-0.png`.
fn index_of(file: &str) -> Option<usize> {
    let number = file.strip_prefix("out-")?.strip_suffix(".png")?;
    let index: usize = number.parse().ok()?;
    (index.to_string() == number).then_some(index)
}

fn drawing(record: &Arc<Record>, index: usize) -> Result<Vec<u8>, png::EncodingError> {
    let plan = &record.lifecycle.plan;
    let mut input: Value = serde_json::from_str(record.input.get()).unwrap_or_default();
    input.sort_all_objects();
    shorten_inline_files(&mut input);
    draw(&Picture {
        model: &record.model.name,
        input: &input.to_string(),
        prompt: &plan.prompt,
        seed: &plan.seed,
        width: plan.width,
        height: plan.height,
        index,
        of: plan.outputs.files(),
        still: plan.outputs.media() != Some(Media::Picture),
    })
}
