//! Which files fit into an input, and which must be uploaded.

use std::fs::File;
use std::path::Path;

use quickrouter_api::limits;

/// The size in bytes of a readable file that is too large for an input
/// ([`INLINE_FILE_BYTES`](crate::catalog::limits::INLINE_FILE_BYTES)), so that
/// [`Client::file_uri`](crate::Client::file_uri) uploads it. `None` for all others.
pub fn too_large_to_inline(path: impl AsRef<Path>) -> Option<u64> {
    let path = path.as_ref();
    // Checked before it is opened: opening a pipe may block forever.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let size = File::open(path).ok()?.metadata().ok()?.len();
    (size > limits::INLINE_FILE_BYTES).then_some(size)
}

#[cfg(test)]
mod tests {
    use super::too_large_to_inline;

    #[test]
    fn only_a_file_over_the_limit_is_too_large() {
        let limit = quickrouter_api::limits::INLINE_FILE_BYTES;
        let file = tempfile::NamedTempFile::new().unwrap();
        for (size, expected) in [(0, None), (limit, None), (limit + 1, Some(limit + 1))] {
            file.as_file().set_len(size).unwrap();
            assert_eq!(too_large_to_inline(file.path()), expected, "{size}");
        }
        assert_eq!(too_large_to_inline(std::env::temp_dir()), None);
        assert_eq!(too_large_to_inline(file.path().join("missing")), None);
    }
}
