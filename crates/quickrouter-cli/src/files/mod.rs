//! Files on this machine. Knows nothing of the command.

pub(crate) mod folder;
pub(crate) mod local_file;
