//! Detecting media types and file extensions from content, names and headers.

pub(crate) mod content;
pub(crate) mod decode;
pub(crate) mod extension;
