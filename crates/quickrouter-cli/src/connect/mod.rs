//! Builds the client from settings, for the gateway or an emulator.

mod durations;
pub(crate) mod emulator;
pub(crate) mod gateway;
pub(crate) mod key_file;
pub(crate) mod profile;
