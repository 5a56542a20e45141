//! Printing, progress, and responses kept in files.

pub(crate) mod export;
pub(crate) mod missing;
pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod unread;
