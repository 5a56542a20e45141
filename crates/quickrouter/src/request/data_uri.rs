//! [`data_uri`]: the content of a file as an input.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quickrouter_api::limits::INLINE_FILE_BYTES;

use crate::detail::detail;
use crate::error::Error;
use crate::request::local_file::LocalFile;

/// Reads a file as a data URI, for an input that takes a URI. The media type is detected from the
/// content.
///
/// The file may have up to
/// [`limits::INLINE_FILE_BYTES`](crate::catalog::limits::INLINE_FILE_BYTES) bytes. For larger
/// ones use [`Client::file_uri`](crate::Client::file_uri), which uploads them, or the URL of a file
/// that the gateway can fetch.
///
/// # Errors
/// [`Error::File`] if the file cannot be read, is empty or too large.
pub async fn data_uri(path: impl AsRef<Path>) -> Result<String, Error> {
    let file = LocalFile::inspect(path.as_ref()).await?;
    if file.size > INLINE_FILE_BYTES {
        return Err(file.wrong(detail!(
            FileTooLarge,
            "has {bytes} bytes, but an input takes at most {limit}; upload it (Client::file_uri does), make it smaller, or pass its URL",
            bytes = file.size,
            limit = INLINE_FILE_BYTES
        )));
    }
    of(&file).await
}

/// Detects the media type of a file from its content, as it is sent by [`data_uri`] and by uploads.
///
/// # Errors
/// [`Error::File`] if the file cannot be read or is empty.
pub async fn media_type(path: impl AsRef<Path>) -> Result<&'static str, Error> {
    Ok(LocalFile::inspect(path.as_ref()).await?.media_type)
}

/// Returns the data URI of a file small enough for an input.
pub(crate) async fn of(file: &LocalFile) -> Result<String, Error> {
    let content = file.read().await?;
    Ok(format!("data:{};base64,{}", file.media_type, STANDARD.encode(content)))
}
