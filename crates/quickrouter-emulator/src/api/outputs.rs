//! Output files: made on request, from what the prediction was made of.

use crate::http::middleware::AboutPrediction;
use crate::media;
use crate::model::lifecycle::Snapshot;
use crate::model::outputs::Part;
use crate::picture::Picture;
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
    let index = index_of(&file).filter(|index| has_file(&record, &snapshot, *index));
    let index = index.ok_or_else(gone)?;
    let media = record.lifecycle.plan.outputs.media(index);
    let (extension, media_type) = media.file_type();
    if !file.ends_with(&format!(".{extension}")) {
        return Err(gone());
    }
    let broken = || Problem::internal("The file could not be made.");
    let permit =
        Arc::clone(&state.render_permits).acquire_owned().await.map_err(|_closed| broken())?;
    let about = Extension(AboutPrediction(Arc::clone(&record.id)));
    let drawn = tokio::task::spawn_blocking(move || {
        // Held to the end, even if nobody waits for the file any more.
        let _permit = permit;
        made(&record, index)
    })
    .await;
    let file = drawn.ok().and_then(Result::ok).ok_or_else(broken)?;
    Ok((about, [(header::CONTENT_TYPE, media_type)], file).into_response())
}

/// Whether there is a file of this number by then.
fn has_file(record: &Record, snapshot: &Snapshot, index: usize) -> bool {
    let all = snapshot.status == Status::Succeeded && !snapshot.removed;
    let appeared = || record.parts_at(snapshot).contains(&Part::File(index));
    if all { record.files().any(|kept| kept == index) } else { appeared() }
}

/// The number in `out-0.png`.
fn index_of(file: &str) -> Option<usize> {
    let (number, _) = file.strip_prefix("out-")?.split_once('.')?;
    let index: usize = number.parse().ok()?;
    (index.to_string() == number).then_some(index)
}

fn made(record: &Record, index: usize) -> Result<Vec<u8>, media::Unmade> {
    let plan = &record.lifecycle.plan;
    let mut input: Value = serde_json::from_str(record.input.get()).unwrap_or_default();
    input.sort_all_objects();
    shorten_inline_files(&mut input);
    let about = Picture {
        model: &record.model.name,
        input: &input.to_string(),
        prompt: &plan.prompt,
        seed: &plan.seed,
        width: plan.width,
        height: plan.height,
        index,
        of: plan.outputs.files(),
    };
    media::make(plan.outputs.media(index), &about)
}
