//! What is printed, and what is kept in files beside the outputs.

pub(crate) mod printer;
pub(crate) mod progress;
pub(crate) mod unread;
