//! The files API: files are uploaded, read, listed and deleted, and expire.

mod form;
mod inputs;
mod records;
mod upload;

pub(crate) use inputs::{digest, missing};
pub(crate) use records::{content, delete, get, list};
pub(crate) use upload::upload;
