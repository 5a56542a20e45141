//! The commands, one file or folder each.

pub(crate) mod generate;
pub(crate) mod models;
pub(crate) mod predictions;
pub(crate) mod serve;
mod serve_models;
