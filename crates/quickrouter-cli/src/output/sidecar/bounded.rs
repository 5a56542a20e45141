//! Reads files of unknown origin: regular ones only, and only so much of them.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads at most `most` bytes of a regular file, and tells whether that is all of it.
///
/// # Errors
/// It cannot be read, or ([`io::ErrorKind::InvalidInput`]) it is anything but a regular file.
pub(crate) fn read(path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
    // Checked before it is opened: opening a pipe may block forever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    let whole = bytes.len() as u64 <= most;
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok((bytes, whole))
}
