//! Reads what comes from outside, of any length, and only so much of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Reads at most `most` bytes of stdin, and tells whether that is all of it.
pub(crate) fn stdin(most: u64) -> io::Result<(Vec<u8>, bool)> {
    read(io::stdin().lock(), most)
}

/// Reads at most `most` bytes of a file, a pipe or a device, and tells whether that is all of it.
pub(crate) fn file(path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
    read(File::open(path)?, most)
}

/// Reads at most `most` bytes of a regular file, and tells whether that is all of it.
///
/// # Errors
/// It cannot be read, or ([`io::ErrorKind::InvalidInput`]) it is anything but a regular file.
pub(crate) fn regular_file(path: &Path, most: u64) -> io::Result<(Vec<u8>, bool)> {
    // Checked before it is opened: opening a pipe may block forever.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    file(path, most)
}

fn read(source: impl Read, most: u64) -> io::Result<(Vec<u8>, bool)> {
    let mut bytes = Vec::new();
    // One byte more tells that there is more.
    source.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let is_whole = bytes.len() as u64 <= most;
    bytes.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok((bytes, is_whole))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{file, read, regular_file};

    #[test]
    fn no_more_than_the_limit_is_read_and_what_is_left_out_is_told() {
        assert_eq!(read(&b"four"[..], 4).unwrap(), (b"four".to_vec(), true));
        assert_eq!(read(&b"fives"[..], 4).unwrap(), (b"five".to_vec(), false));
        assert_eq!(read(std::io::repeat(b'x'), 3).unwrap(), (b"xxx".to_vec(), false));
        assert_eq!(read(std::io::empty(), 0).unwrap(), (Vec::new(), true));
    }

    #[cfg(unix)]
    #[test]
    fn a_device_is_a_file_but_not_a_regular_one() {
        let endless = Path::new("/dev/zero");
        assert_eq!(file(endless, 2).unwrap(), (vec![0, 0], false));
        assert!(regular_file(endless, 2).is_err());
    }
}
