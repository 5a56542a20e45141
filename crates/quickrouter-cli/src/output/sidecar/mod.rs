//! The file beside a picture that says what it was made of: `PICTURE.json`.

pub(crate) mod bounded;
pub(crate) mod format;
mod omit;
mod write;

pub(crate) use omit::{OMITTED, OmittedFile, digest_of_file, omitted};
pub(crate) use write::{Facts, write};
