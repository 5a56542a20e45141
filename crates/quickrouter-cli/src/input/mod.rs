//! From typed text to the JSON that a model takes.

pub(crate) mod collect;
mod prompt;
pub(crate) mod upload;
