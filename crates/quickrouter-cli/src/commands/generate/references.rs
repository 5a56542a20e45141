//! Fetches the earlier outputs that file inputs refer to, before anything is paid for.
//!
//! An output is passed as its URL where the gateway can be expected to reach it and it will be kept long
//! enough for the model to start. Otherwise it is downloaded, which proves that it is still there, and
//! sent like a local file. Downloads never carry the key.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use futures_util::StreamExt;
use quickrouter::catalog::limits;
use quickrouter::{Error, Output, Prediction, PredictionId, Status};
use serde_json::json;
use tempfile::TempDir;

use super::job::Job;
use crate::connect::remembered;
use crate::exit::failure::Failure;
use crate::exit::interrupt::Interrupts;
use crate::input::collect::{Input, Upload};
use crate::input::reference::{Reference, Which};
use crate::text::message::{Message, message};

/// How much longer an output must be kept for its URL to be passed: a model that is not running yet
/// takes minutes to start (Replicate's documentation of cold boots), and only then reads its input.
const KEPT_LONG_ENOUGH: Duration = Duration::from_secs(20 * 60);

/// What becomes of a reference.
enum Found {
    Uri(String),
    Large(Upload, TempDir),
}

/// Puts a URI in the place of each reference, or an upload.
///
/// # Errors
/// There is no such output, or it could not be fetched. Nothing was created.
pub(super) async fn resolve(
    job: Job<'_>,
    input: &mut Input,
    interrupts: &mut Interrupts,
) -> Result<(), Failure> {
    for reference in std::mem::take(&mut input.references) {
        let found = tokio::select! {
            biased;
            () = interrupts.next() => {
                Err(Failure::interrupted(message!("interrupted-fetching"), None))
            }
            found = one(job, &reference) => found,
        };
        let about = |failure: Failure| {
            let about = message!("reference-of", flag = &reference.flag, text = &reference.text);
            failure.with(about).with(message!("nothing-created"))
        };
        match found.map_err(about)? {
            Found::Uri(uri) => input.json[reference.input] = uri.into(),
            Found::Large(upload, folder) => {
                input.uploads.push(upload);
                input.fetched.push(folder);
            }
        }
    }
    Ok(())
}

async fn one(job: Job<'_>, reference: &Reference) -> Result<Found, Failure> {
    let id = match &reference.of {
        Which::Id(id) => id.clone(),
        Which::Last => last(job).await?,
    };
    let prediction = job.client.get(&id).await?;
    let output = output(job, &id, &prediction, reference.index)?;
    if let Output::Url(url) = &output
        && job.client.gateway_reaches(url)
        && is_kept_long_enough(&prediction)
    {
        return Ok(Found::Uri(url.clone()));
    }
    fetch(job, reference, &prediction, output).await
}

/// The last prediction that this command made with this gateway, else the newest in the gateway's list.
async fn last(job: Job<'_>) -> Result<PredictionId, Failure> {
    let id = match remembered::last(job.client.base_url()) {
        Some(id) => id,
        None => {
            let newest = Box::pin(job.client.list()).next().await.transpose()?;
            let id = newest.and_then(|newest| newest.id().cloned());
            id.ok_or_else(|| Failure::other(message!("reference-no-last")))?
        }
    };
    job.printer.note(&message!("reference-last", id = id.as_str()));
    Ok(id)
}

/// The output that is meant: a file.
fn output(
    job: Job<'_>,
    id: &PredictionId,
    prediction: &Prediction,
    index: Option<usize>,
) -> Result<Output, Failure> {
    let about = |message| Err(Failure::other(message).of(Some(id.clone())));
    if !prediction.is_terminal() && !prediction.looks_terminal() {
        let status = prediction.status().as_str();
        let failure = about(message!("reference-unfinished", id = id.as_str(), status = status));
        return failure
            .map_err(|failure| failure.hint(message!("predictions-wait-hint", id = id.as_str())));
    }
    if prediction.is_terminal() && *prediction.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(Box::new(prediction.clone())).into());
    }
    let outputs: Vec<_> =
        job.client.named_outputs(prediction).into_iter().map(|named| named.output).collect();
    if prediction.data_removed() || outputs.is_empty() {
        return about(message!("reference-gone", id = id.as_str()));
    }
    let is_file = |output: &&Output| matches!(output, Output::Url(_) | Output::Data { .. });
    let found = match index {
        Some(index) => outputs.get(index).filter(is_file),
        None => outputs.iter().find(is_file),
    };
    match (found, index) {
        (Some(output), _) => Ok(output.clone()),
        (None, Some(index)) => {
            let (id, outputs) = (id.as_str(), outputs.len());
            about(message!("reference-no-output", id = id, index = index, outputs = outputs))
        }
        (None, None) => about(message!("reference-no-file", id = id.as_str())),
    }
}

/// Whether the gateway keeps its outputs for long enough from now on.
fn is_kept_long_enough(prediction: &Prediction) -> bool {
    let kept = Duration::from_secs(limits::RESULT_RETENTION_SECONDS);
    prediction.completed().is_some_and(|end| SystemTime::now() + KEPT_LONG_ENOUGH < end + kept)
}

/// Downloads an output into a folder of its own, as private as temporary files are.
async fn fetch(
    job: Job<'_>,
    reference: &Reference,
    prediction: &Prediction,
    output: Output,
) -> Result<Found, Failure> {
    let unwritable = |error: std::io::Error| {
        Failure::other(message!("fetched-unwritable", why = error.to_string()))
    };
    let folder = tempfile::Builder::new().prefix("quickrouter-").tempdir().map_err(unwritable)?;
    let path = match output {
        Output::Data { bytes, .. } => {
            let path = folder.path().join("output");
            tokio::fs::write(&path, bytes).await.map_err(unwritable)?;
            path
        }
        Output::Url(url) => save_alone(job, prediction, url, &folder).await?,
        _ => return Err(Failure::other(message!("reference-no-file", id = &reference.text))),
    };
    match quickrouter::files::too_large_to_inline(&path) {
        Some(size) => {
            let (input, flag) = (reference.input, reference.flag.clone());
            Ok(Found::Large(Upload { input, flag, path, size }, folder))
        }
        None => Ok(Found::Uri(quickrouter::files::data_uri(&path).await?)),
    }
}

/// Saves one output of a prediction.
async fn save_alone(
    job: Job<'_>,
    prediction: &Prediction,
    url: String,
    folder: &TempDir,
) -> Result<PathBuf, Failure> {
    let alone = json!({
        "id": prediction.id(),
        "status": Status::Succeeded.as_str(),
        "model": prediction.model(),
        "version": prediction.version(),
        "completed_at": prediction.completed_at(),
        "output": [url],
    });
    let alone = Prediction::from_json(alone)
        .map_err(|error| Failure::other(Message::verbatim(error.to_string())))?;
    let saved = job.client.save(&alone, folder.path()).await?;
    let id = prediction.id().map_or("-", PredictionId::as_str);
    let none = || Failure::other(message!("reference-no-file", id = id));
    saved.into_iter().next().ok_or_else(none)
}
