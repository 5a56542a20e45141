//! [`check_file`]: check a file for an input before its upload.

use std::path::Path;

use quickrouter_api::Model;

use crate::error::Error;
use crate::request::local_file::LocalFile;
use crate::validate::finding::Warning;
use crate::validate::warnings;

/// Checks whether the content of a file is of the type that an input takes: an image, for example.
/// [`Client::check`](crate::Client::check) and creates check data URIs in the same way; this is for
/// uploaded files ([`Client::upload`](crate::Client::upload),
/// [`Client::file_uri`](crate::Client::file_uri)), of which the input contains only the URL.
///
/// # Errors
/// [`Error::File`] if the file cannot be read or is empty.
pub async fn check_file(
    model: &Model,
    input: &str,
    path: impl AsRef<Path>,
) -> Result<Option<Warning>, Error> {
    let file = LocalFile::inspect(path.as_ref()).await?;
    Ok(warnings::of_file(model, input, file.recognized))
}
