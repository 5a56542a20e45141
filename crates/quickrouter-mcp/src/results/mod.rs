//! What a call returns: a sentence, structured content, pictures, links.

pub(crate) mod budget;
pub(crate) mod content;
pub(crate) mod models;
pub(crate) mod prediction;
