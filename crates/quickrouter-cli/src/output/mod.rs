//! Printing, progress, and responses kept in files.

pub(crate) mod export;
pub(crate) mod missing;
pub(crate) mod preview;
pub(crate) mod printer;
pub(crate) mod progress;
mod progress_line;
pub(crate) mod sidecar;
pub(crate) mod table;
pub(crate) mod unread;
pub(crate) mod viewer;
