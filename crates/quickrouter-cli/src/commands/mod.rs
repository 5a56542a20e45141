//! The commands, one file or folder each.

pub(crate) mod auth;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod generate;
mod interrupted;
pub(crate) mod models;
pub(crate) mod money;
pub(crate) mod predictions;
mod record;
pub(crate) mod recordings;
pub(crate) mod scaffold;
pub(crate) mod serve;
mod serve_models;
