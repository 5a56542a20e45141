//! What content is, by its bytes, its name and its media type.

pub(crate) mod content;
pub(crate) mod decode;
pub(crate) mod extension;
