//! Input files: which fit into an input, and which must be uploaded.

use std::fs::File;
use std::path::Path;

use quickrouter::catalog::limits;

/// The size in bytes of a readable file that does not fit into an input.
pub(crate) fn size_if_too_large(path: &Path) -> Option<u64> {
    // Checked before it is opened: opening a pipe may block forever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let size = File::open(path).ok()?.metadata().ok()?.len();
    (size > limits::INLINE_FILE_BYTES).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::size_if_too_large;

    #[test]
    fn only_a_file_over_the_limit_is_too_large() {
        let limit = quickrouter::catalog::limits::INLINE_FILE_BYTES;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (size, expected) in [(0, None), (limit, None), (limit + 1, Some(limit + 1))] {
            file.as_file().set_len(size).unwrap();
            assert_eq!(size_if_too_large(file.path()), expected, "{size}");
        }
        assert_eq!(size_if_too_large(&std::env::temp_dir()), None);
        assert_eq!(size_if_too_large(&file.path().join("missing")), None);
    }
}
