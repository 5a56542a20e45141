//! [`FileStore`].

/// A store in one file, which only its owner can read.
#[derive(Debug)]
pub struct FileStore {}
