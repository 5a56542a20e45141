//! Arguments of calls, and files of this machine.

pub(crate) mod arguments;
mod fields;
pub(crate) mod files;
mod local_path;
pub(crate) mod subfolder;
