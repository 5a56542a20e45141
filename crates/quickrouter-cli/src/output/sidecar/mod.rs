//! The file beside a picture that says what it was made of: `PICTURE.json`.

pub(crate) mod format;
mod omit;
mod read;
mod write;

pub(crate) use omit::{OMITTED, OmittedFile, digest_of_file, omitted};
pub(crate) use read::read;
pub(crate) use write::{Facts, write};
