//! Downloads the outputs of a prediction at once, since the gateway deletes them. Without the key.

use crate::model::hex::hex;
use crate::recorder::session::Session;
use crate::recording::draft::{SavedFile, file_sources};
use crate::recording::format::RecordedFile;
use crate::recording::scrub::{Place, scrub};
use crate::recording::write::{file_name, rename_durably, write_atomically};
use data_url::DataUrl;
use http::{HeaderMap, StatusCode, header};
use quickrouter_api::StreamedResponse;
use reqwest::Url;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

/// Pauses before the attempts, in seconds: a CDN may not have an output everywhere at once (public
/// reports: for a second or two).
const PAUSES: [u64; 6] = [0, 1, 2, 4, 8, 15];
/// Most redirects of one download; they carry no key.
const MAX_REDIRECTS: usize = 5;
/// Most outputs of a prediction.
const MAX_FILES: usize = 500;
/// The longest name of an output.
const LONGEST_NAME: usize = 40;

/// Why an attempt failed, and whether another may succeed.
struct FailedAttempt {
    why: String,
    again: bool,
}

/// What arrived.
struct Arrived {
    media_type: String,
    bytes: u64,
    sha256: String,
}

/// Saves the files of an output beside the recording. Returns those that are there, and what is
/// missing.
pub(super) async fn save(
    session: &Session,
    stem: &str,
    output: &Value,
) -> (Vec<SavedFile>, Vec<String>) {
    let (mut saved, mut failed) = (Vec::new(), Vec::new());
    let mut names = HashSet::new();
    for (index, (source, places)) in file_sources(output).into_iter().enumerate() {
        let place = places.first().cloned().unwrap_or_default();
        if index >= MAX_FILES {
            failed
                .push(format!("the output at {place:?} is beyond the {MAX_FILES} that are saved"));
            continue;
        }
        let inline = source.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
        let original_name = own_name(&original_name(&source, inline, index), index, &mut names);
        let name = beside(stem, &original_name);
        let path = session.folder.join(&name);
        let arrived = if inline {
            inlined(&source, &path).await
        } else {
            fetch(session, &source, &path).await
        };
        match arrived {
            Ok(Arrived { media_type, bytes, sha256 }) => {
                let output = places;
                let file =
                    RecordedFile { name, original_name, media_type, bytes, sha256, output, inline };
                saved.push(SavedFile { source, file });
            }
            Err(FailedAttempt { why, .. }) => {
                let shown = scrub(&source, Place::Elsewhere, &mut BTreeSet::new()).into_owned();
                let shown: String = shown.chars().take(200).collect();
                failed.push(format!("the output at {place:?} could not be saved: {shown}: {why}"));
            }
        }
    }
    (saved, failed)
}

/// A name that no other output of the prediction has, on file systems that know no case, too.
fn own_name(wanted: &str, index: usize, names: &mut HashSet<String>) -> String {
    let (mut name, mut number) = (wanted.to_owned(), index);
    while !names.insert(name.to_ascii_lowercase()) {
        name = format!("{number}-{wanted}");
        number += 1;
    }
    name
}

/// The name of an output's file. What ends in `.json` is a recording.
fn beside(stem: &str, original_name: &str) -> String {
    let name = format!("{stem}.{original_name}");
    if name.to_ascii_lowercase().ends_with(".json") { format!("{name}.output") } else { name }
}

/// The last segment of a URL, or a number.
fn original_name(source: &str, inline: bool, index: usize) -> String {
    let url = Url::parse(source).ok().filter(|_| !inline);
    let last = url.as_ref().and_then(|url| url.path_segments()?.next_back());
    match last.filter(|last| !last.is_empty()) {
        Some(last) => {
            // The end has the extension.
            let skipped = last.chars().count().saturating_sub(LONGEST_NAME);
            file_name(&last.chars().skip(skipped).collect::<String>(), LONGEST_NAME)
        }
        None => format!("output-{index}"),
    }
}

async fn inlined(source: &str, path: &Path) -> Result<Arrived, FailedAttempt> {
    let (source, path) = (source.to_owned(), path.to_owned());
    let decoded = tokio::task::spawn_blocking(move || decode(&source, &path)).await;
    decoded.unwrap_or_else(|error| Err(FailedAttempt { why: error.to_string(), again: false }))
}

fn decode(source: &str, path: &Path) -> Result<Arrived, FailedAttempt> {
    let failed = |why: String| FailedAttempt { why, again: false };
    let url = DataUrl::process(source).map_err(|error| failed(format!("{error:?}")))?;
    let (content, _) = url.decode_to_vec().map_err(|error| failed(format!("{error:?}")))?;
    write_atomically(path, &content).map_err(|error| failed(error.to_string()))?;
    let sha256 = hex(&Sha256::digest(&content));
    Ok(Arrived { media_type: url.mime_type().to_string(), bytes: content.len() as u64, sha256 })
}

async fn fetch(session: &Session, source: &str, path: &Path) -> Result<Arrived, FailedAttempt> {
    let mut last = FailedAttempt { why: String::new(), again: true };
    for pause in PAUSES {
        if pause > 0 {
            tokio::time::sleep(Duration::from_secs(pause)).await;
        }
        match attempt(session, source, path).await {
            Ok(arrived) => return Ok(arrived),
            Err(failed) if failed.again => last = failed,
            Err(failed) => return Err(failed),
        }
    }
    last.why = format!("{} ({} attempts)", last.why, PAUSES.len());
    Err(last)
}

async fn attempt(session: &Session, source: &str, path: &Path) -> Result<Arrived, FailedAttempt> {
    let failed = |why: String, again: bool| FailedAttempt { why, again };
    let mut url = Url::parse(source).map_err(|error| failed(error.to_string(), false))?;
    for _ in 0..=MAX_REDIRECTS {
        if !session.upstream.may_fetch(&url) {
            return Err(failed(
                "it is at an address of this machine or its network, and the gateway is not"
                    .to_owned(),
                false,
            ));
        }
        let opened = session.upstream.download(url.clone()).await;
        let response = opened.map_err(|error| failed(error.to_string(), true))?;
        match response.status.as_u16() {
            200 | 203 => return receive(session, response, path).await,
            301 | 302 | 303 | 307 | 308 => {
                let location = response.headers.get(header::LOCATION);
                let location = location.and_then(|location| location.to_str().ok());
                let next = location.and_then(|location| url.join(location).ok());
                let next = next.ok_or_else(|| failed("a redirect to nowhere".to_owned(), true))?;
                if url.scheme() == "https" && next.scheme() != "https" {
                    return Err(failed("a redirect from https to http".to_owned(), false));
                }
                url = next;
            }
            _ => {
                return Err(failed(
                    format!("HTTP {}", response.status),
                    may_change(response.status),
                ));
            }
        }
    }
    Err(failed(format!("more than {MAX_REDIRECTS} redirects"), false))
}

/// Whether a download with this status may succeed later.
fn may_change(status: StatusCode) -> bool {
    !status.is_client_error() || matches!(status.as_u16(), 403 | 404 | 408 | 425 | 429)
}

/// Receives a body into a hidden file, which is renamed when it is complete.
async fn receive(
    session: &Session,
    response: StreamedResponse,
    path: &Path,
) -> Result<Arrived, FailedAttempt> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let partial = path.with_file_name(format!(".{name}.partial"));
    let arrived = receive_into(session, response, &partial).await;
    let to = path.to_owned();
    let settled = tokio::task::spawn_blocking(move || {
        let arrived = arrived.and_then(|arrived| {
            let renamed = rename_durably(&partial, &to);
            renamed.map_err(|error| FailedAttempt { why: error.to_string(), again: false })?;
            Ok(arrived)
        });
        if arrived.is_err() {
            // Best effort: what matters is why it failed.
            let _ = fs::remove_file(&partial);
        }
        arrived
    });
    let settled = settled.await;
    settled.unwrap_or_else(|error| Err(FailedAttempt { why: error.to_string(), again: false }))
}

async fn receive_into(
    session: &Session,
    mut response: StreamedResponse,
    partial: &Path,
) -> Result<Arrived, FailedAttempt> {
    let failed = |why: String, again: bool| FailedAttempt { why, again };
    let media_type = media_type(&response.headers);
    if media_type.starts_with("text/html") && !partial.to_string_lossy().contains(".htm") {
        return Err(failed("a page instead of the output".to_owned(), true));
    }
    let declared = response.headers.get(header::CONTENT_LENGTH);
    let declared: Option<u64> = declared.and_then(|length| length.to_str().ok()?.parse().ok());
    let too_large = || {
        failed(format!("it is larger than the limit of {} bytes", session.max_file_bytes), false)
    };
    if declared.is_some_and(|length| length > session.max_file_bytes) {
        return Err(too_large());
    }
    let file = File::create(partial).await;
    let mut file = file.map_err(|error| failed(error.to_string(), false))?;
    let (mut bytes, mut digest) = (0, Sha256::new());
    loop {
        let part = response.chunks.next().await;
        let Some(part) = part.map_err(|error| failed(error.to_string(), true))? else { break };
        bytes += part.len() as u64;
        if bytes > session.max_file_bytes {
            return Err(too_large());
        }
        digest.update(&part);
        file.write_all(&part).await.map_err(|error| failed(error.to_string(), false))?;
    }
    if bytes == 0 {
        return Err(failed("an empty body".to_owned(), true));
    }
    file.sync_all().await.map_err(|error| failed(error.to_string(), false))?;
    Ok(Arrived { media_type, bytes, sha256: hex(&digest.finalize()) })
}

fn media_type(headers: &HeaderMap) -> String {
    let named = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    named.filter(|kind| !kind.is_empty()).unwrap_or("application/octet-stream").to_owned()
}
