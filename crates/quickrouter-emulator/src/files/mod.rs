//! The files API: files are uploaded, told of, listed and deleted, and end after their time.

mod answers;
mod inputs;
mod parts;
mod upload;

pub(crate) use answers::{content, delete, get, list};
pub(crate) use inputs::missing;
pub(crate) use upload::upload;
