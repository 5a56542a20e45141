//! Converts typed text into the JSON input of a model.

pub(crate) mod collect;
pub(crate) mod prompt;
pub(crate) mod upload;
