//! Files on this machine. Nothing here knows of the command.

pub(crate) mod folder;
pub(crate) mod local_file;
