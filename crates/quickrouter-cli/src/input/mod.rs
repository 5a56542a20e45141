//! Converts typed text into the JSON input of a model.

pub(crate) mod collect;
pub(crate) mod prompt;
pub(crate) mod question;
pub(crate) mod reference;
pub(crate) mod review;
pub(crate) mod upload;
