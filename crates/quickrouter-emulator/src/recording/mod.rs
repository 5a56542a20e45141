//! Recorded predictions: the format of a recording, on disk and in memory. RECORDINGS.md documents it.

pub(crate) mod closest;
pub(crate) mod draft;
pub(crate) mod earlier;
pub(crate) mod folder;
pub(crate) mod format;
pub(crate) mod import;
#[cfg(test)]
mod import_tests;
pub(crate) mod key;
pub(crate) mod read;
pub(crate) mod redact;
mod replay;
pub(crate) mod scrub;
#[cfg(test)]
mod tests;
pub(crate) mod write;
