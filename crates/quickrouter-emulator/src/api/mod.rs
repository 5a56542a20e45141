//! The API, one file for each family of routes, and the emulator's own routes for programs.

pub(crate) mod account;
pub(crate) mod collections;
pub(crate) mod create;
pub(crate) mod definitions;
pub(crate) mod deployments;
pub(crate) mod faults;
pub(crate) mod files;
pub(crate) mod gateway_account;
pub(crate) mod model_lists;
pub(crate) mod models;
pub(crate) mod outputs;
pub(crate) mod predictions;
pub(crate) mod stats;
pub(crate) mod streams;
pub(crate) mod webhooks;

mod billing;
mod cancel_after;
mod listing;
mod prefer;
mod replay;
