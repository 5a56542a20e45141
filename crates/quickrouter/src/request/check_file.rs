//! Checking a file for an input before it is uploaded.

use std::path::Path;

use quickrouter_api::Model;

use crate::error::Error;
use crate::request::local_file::LocalFile;
use crate::validate::finding::Warning;
use crate::validate::warnings;

/// Checks by its content whether a file is what an input of a model takes: an image, for example.
/// [`Client::check`](crate::Client::check) and creates warn of data URIs in the same way; this is for
/// files that are uploaded ([`Client::upload`](crate::Client::upload),
/// [`Client::file_uri`](crate::Client::file_uri)), of which an input holds only the URL.
///
/// # Errors
/// [`Error::File`] when the file cannot be read or is empty.
pub async fn check_file(
    model: &Model,
    input: &str,
    path: impl AsRef<Path>,
) -> Result<Option<Warning>, Error> {
    let file = LocalFile::inspect(path.as_ref()).await?;
    Ok(warnings::of_file(model, input, file.recognized))
}
