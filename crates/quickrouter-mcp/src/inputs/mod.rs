//! Arguments of calls, and files of this machine.

pub(crate) mod arguments;
mod fields;
pub(crate) mod files;
pub(crate) mod subfolder;
