//! Builds the client from settings, for the gateway or an emulator.

pub(crate) mod account_errors;
pub(crate) mod durations;
pub(crate) mod emulator;
pub(crate) mod gateway;
pub(crate) mod keys;
pub(crate) mod profile;
pub(crate) mod profile_file;
pub(crate) mod remembered;
pub(crate) mod settings;
pub(crate) mod source;
