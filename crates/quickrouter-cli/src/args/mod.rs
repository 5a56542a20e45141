//! The command line: flags, help and parsing. The flags of inputs are built from the contract.

pub(crate) mod again;
pub(crate) mod auth;
pub(crate) mod balance;
pub(crate) mod command_line;
pub(crate) mod commands;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod flags;
pub(crate) mod generate;
pub(crate) mod help;
pub(crate) mod mcp;
pub(crate) mod models;
pub(crate) mod money;
pub(crate) mod parse;
pub(crate) mod predictions;
pub(crate) mod record;
pub(crate) mod recordings;
pub(crate) mod rescue;
pub(crate) mod scaffold;
pub(crate) mod serve;
pub(crate) mod settings;
pub(crate) mod show;
#[cfg(test)]
mod tests;
pub(crate) mod topic;
pub(crate) mod usage;
pub(crate) mod values;
