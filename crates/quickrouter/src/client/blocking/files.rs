//! Functions over local files that need no client.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Weak;

use quickrouter_api::Model;

use crate::client::blocking::worker::Worker;
use crate::client::save::{folder, unread};
use crate::error::Error;
use crate::request;
use crate::validate::finding::Warning;

/// Like [`quickrouter::files::check_file`](crate::files::check_file()).
///
/// # Errors
/// Those of the async one, and [`Error::Configuration`] inside an async task.
pub fn check_file(
    model: &Model,
    input: &str,
    path: impl AsRef<Path>,
) -> Result<Option<Warning>, Error> {
    block_on(request::check_file::check_file(model, input, path))?
}

/// Like [`quickrouter::files::check_folder`](crate::files::check_folder()).
///
/// # Errors
/// Those of the async one, and [`Error::Configuration`] inside an async task.
pub fn check_folder(folder: impl AsRef<Path>) -> Result<(), Error> {
    block_on(folder::check_folder(folder))?
}

/// Like [`quickrouter::files::data_uri`](crate::files::data_uri()).
///
/// # Errors
/// Those of the async one, and [`Error::Configuration`] inside an async task.
pub fn data_uri(path: impl AsRef<Path>) -> Result<String, Error> {
    block_on(request::data_uri::data_uri(path))?
}

/// Like [`quickrouter::files::keep_unread`](crate::files::keep_unread()).
///
/// # Errors
/// Neither folder accepts a file, or it is called inside an async task.
pub fn keep_unread(content: &[u8], folder: &Path) -> io::Result<PathBuf> {
    block_on(unread::keep_unread(content, folder)).map_err(io::Error::other)?
}

/// Like [`quickrouter::files::media_type`](crate::files::media_type()).
///
/// # Errors
/// Those of the async one, and [`Error::Configuration`] inside an async task.
pub fn media_type(path: impl AsRef<Path>) -> Result<&'static str, Error> {
    block_on(request::data_uri::media_type(path))?
}

fn block_on<F: Future>(future: F) -> Result<F::Output, Error> {
    Worker::start(Weak::new())?.block_on(future)
}
