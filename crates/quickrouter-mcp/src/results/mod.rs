//! What a call returns: a sentence, structured content, pictures, links.

pub(crate) mod budget;
pub(crate) mod content;
pub(crate) mod error;
pub(crate) mod estimate;
mod masked;
pub(crate) mod models;
pub(crate) mod prediction;
pub(crate) mod resources;
pub(crate) mod sentence;
pub(crate) mod status;
pub(crate) mod text;
