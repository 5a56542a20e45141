//! A file as an input: its content as a data URI.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quickrouter_api::limits::INLINE_FILE_BYTES;

use crate::error::Error;

/// Reads a file for an input that takes a URI. Its media type is told from its content.
///
/// At most [`INLINE_FILE_BYTES`](crate::limits::INLINE_FILE_BYTES) bytes; for more, give the URL
/// of a file that the gateway can fetch.
///
/// # Errors
/// [`Error::Configuration`] when the file cannot be read, is empty or too large.
pub async fn data_uri(path: impl AsRef<Path>) -> Result<String, Error> {
    let path = path.as_ref();
    let wrong = |why: String| Error::Configuration(format!("file {}: {why}", path.display()));
    let found = tokio::fs::metadata(path).await.map_err(|error| wrong(error.to_string()))?;
    if !found.is_file() {
        return Err(wrong("is not a file".to_owned()));
    }
    // Asked before reading, so that a huge file is not read for nothing.
    if found.len() > INLINE_FILE_BYTES {
        return Err(wrong(format!(
            "has {} bytes, and at most {INLINE_FILE_BYTES} fit into an input; make it smaller or give a URL of it",
            found.len()
        )));
    }
    let content = tokio::fs::read(path).await.map_err(|error| wrong(error.to_string()))?;
    if content.is_empty() {
        return Err(wrong("is empty".to_owned()));
    }
    let media_type =
        infer::get(&content).map_or("application/octet-stream", |kind| kind.mime_type());
    Ok(format!("data:{media_type};base64,{}", STANDARD.encode(content)))
}
