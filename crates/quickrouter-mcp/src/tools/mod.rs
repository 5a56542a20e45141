//! One file a tool.
pub(crate) mod models;
