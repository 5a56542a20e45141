//! The output files: drawn when they are asked for, out of what the prediction was made of.

use crate::picture::{Picture, draw};
use crate::problem::Problem;
use crate::seeded::Numbers;
use crate::state::Shared;
use crate::store::Record;
use crate::watch::Concerns;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::header;
use quickrouter_api::Status;
use serde_json::Value;
use std::sync::Arc;

/// An inline file longer than this is shortened in a picture's text chunk.
const INLINE: usize = 256;
/// What the URL of an inline file begins with, in letters of any case.
const SCHEME: &str = "data:";

pub(crate) async fn get(
    State(state): State<Shared>,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found(format!("There is no file {file:?} of {id:?}."));
    let record = state.store().get(&id).ok_or_else(gone)?;
    let moment = record.at(state.now());
    let index = index_of(&file).filter(|index| record.outputs().any(|kept| kept == *index));
    let index = index.ok_or_else(gone)?;
    if moment.status != Status::Succeeded || moment.removed {
        return Err(gone());
    }
    let broken = || Problem::internal("The picture could not be drawn.");
    let permit = Arc::clone(&state.drawing).acquire_owned().await.map_err(|_closed| broken())?;
    let concerns = Extension(Concerns(Arc::clone(&record.id)));
    let drawn = tokio::task::spawn_blocking(move || {
        // Held to the end, also when nobody waits for the picture any more.
        let _permit = permit;
        drawing(&record, index)
    })
    .await;
    let file = drawn.ok().and_then(Result::ok).ok_or_else(broken)?;
    Ok((concerns, [(header::CONTENT_TYPE, "image/png")], file).into_response())
}

/// The number in `out-0.png`.
fn index_of(file: &str) -> Option<usize> {
    let number = file.strip_prefix("out-")?.strip_suffix(".png")?;
    let index: usize = number.parse().ok()?;
    (index.to_string() == number).then_some(index)
}

fn drawing(record: &Arc<Record>, index: usize) -> Result<Vec<u8>, png::EncodingError> {
    let plan = &record.life.plan;
    let mut input: Value = serde_json::from_str(record.input.get()).unwrap_or_default();
    input.sort_all_objects();
    shorten(&mut input);
    draw(&Picture {
        model: record.model.name,
        input: &input.to_string(),
        prompt: &plan.prompt,
        seed: &plan.seed,
        width: plan.width,
        height: plan.height,
        index,
        of: plan.outputs,
        still: !record.model.media().starts_with("image/"),
    })
}

fn is_inline(text: &str) -> bool {
    text.get(..SCHEME.len()).is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}

/// Puts a fingerprint in place of inline files, so that a picture or the page does not carry them
/// along.
pub(crate) fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > INLINE && is_inline(text) => {
            let print = Numbers::from_bytes(text.as_bytes()).letters(16);
            let head = text.split(',').next().unwrap_or(SCHEME);
            let head: String = head.chars().take(INLINE).collect();
            *text = format!("{head},... ({} bytes, {print})", text.len());
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(items) => items.values_mut().for_each(shorten),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn long_inline_files_are_shortened_however_their_scheme_is_written() {
        for scheme in ["data:", "Data:", "DATA:"] {
            let mut input =
                json!({"images": [format!("{scheme}image/png;base64,{}", "A".repeat(300))]});
            shorten(&mut input);
            let told = input["images"][0].as_str().expect("a text");
            assert!(told.starts_with(&format!("{scheme}image/png;base64,... (")), "{told}");
        }
        let mut other = json!("é".repeat(300));
        shorten(&mut other);
        assert_eq!(other, "é".repeat(300));
    }
}
