//! The commands, one file or folder each.

pub(crate) mod again;
pub(crate) mod auth;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod explain;
mod explain_words;
pub(crate) mod generate;
mod interrupted;
pub(crate) mod listing;
pub(crate) mod manual;
pub(crate) mod mcp;
pub(crate) mod models;
pub(crate) mod models_schema;
pub(crate) mod models_table;
pub(crate) mod money;
pub(crate) mod predictions;
mod record;
pub(crate) mod recordings;
pub(crate) mod rescue;
pub(crate) mod scaffold;
pub(crate) mod serve;
mod serve_models;
mod show;
