//! From settings to a client: the gateway's, or an emulator's.

mod durations;
pub(crate) mod emulator;
pub(crate) mod gateway;
mod key_file;
