//! Output files: made on request, from what the prediction was made of, or read from a recording.

use crate::http::middleware::AboutPrediction;
use crate::http::untrusted::LOCKED;
use crate::media;
use crate::model::lifecycle::Snapshot;
use crate::model::outputs::Part;
use crate::model::replay::{Replay, ReplayFile};
use crate::picture::Picture;
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::inline_files::shorten_inline_files;
use crate::wire::problem::Problem;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header;
use quickrouter_api::Status;
use serde_json::Value;
use std::io::ErrorKind;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;
use tokio_util::io::ReaderStream;

/// How much of a recorded file is read at once.
const CHUNK: usize = 256 * 1024;

pub(crate) async fn get(
    State(state): State<Shared>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found(format!("There is no file {file:?} of {id:?}."));
    let record = state.store().get(&id).ok_or_else(gone)?;
    let snapshot = record.at(state.now());
    if let Some(replay) = record.lifecycle.plan.recorded() {
        let index = replay.files.iter().position(|kept| kept.url_name == file);
        let index = index.filter(|index| !record.dropped.contains(index)).ok_or_else(gone)?;
        let shown = record.recorded_at(&snapshot, snapshot.has_all());
        if !shown.is_some_and(|shown| Replay::has_file(shown, index)) {
            return Err(gone());
        }
        let about = Extension(AboutPrediction(Arc::clone(&record.id)));
        return Ok((about, recorded(&replay.files[index]).await?).into_response());
    }
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

/// A file of a recording, read as it is sent.
async fn recorded(file: &ReplayFile) -> Result<Response, Problem> {
    let name = file.path.file_name().unwrap_or_default().to_string_lossy();
    let unread = |why: &str| {
        Problem::internal(format!("The file {name:?} of the recording cannot be read: {why}."))
    };
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => unread("it is not there any more"),
        _ => unread(&error.to_string()),
    };
    let metadata = tokio::fs::symlink_metadata(&file.path).await.map_err(refused)?;
    if !metadata.is_file() || metadata.len() != file.bytes {
        return Err(unread("it was changed after the start"));
    }
    let content = tokio::fs::File::open(&file.path).await.map_err(refused)?;
    let body = Body::from_stream(ReaderStream::with_capacity(content.take(file.bytes), CHUNK));
    let headers = [
        (header::CONTENT_TYPE, file.media_type.clone()),
        (header::CONTENT_LENGTH, file.bytes.to_string()),
    ];
    Ok((LOCKED, headers, body).into_response())
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
