//! Recorded predictions: the format of a recording, on disk and in memory. RECORDINGS.md documents it.

pub(crate) mod closest;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod key;
pub(crate) mod read;
mod replay;
pub(crate) mod scrub;
#[cfg(test)]
mod tests;
pub(crate) mod write;
