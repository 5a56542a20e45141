//! Opens files that the server saved, and nothing that was put in their place.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;

/// Opens a saved file, and returns its size. `folder`: where it has to be.
///
/// # Errors
/// It cannot be opened, is a link or anything else but a file, or is outside `folder`.
pub(crate) fn open(path: &Path, folder: Option<&Path>) -> io::Result<(File, u64)> {
    let refused = |why: &str| io::Error::new(io::ErrorKind::PermissionDenied, why);
    // Checked before it is opened: opening a pipe may block forever.
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() {
        return Err(refused("it is a link, or no file"));
    }
    let resolved = path.canonicalize()?;
    if let Some(folder) = folder
        && !resolved.starts_with(folder.canonicalize()?)
    {
        return Err(refused("it is outside the output folder"));
    }
    let file = File::open(resolved)?;
    let opened = file.metadata()?;
    if !opened.is_file() || !is_same(&found, &opened) {
        return Err(refused("it was replaced"));
    }
    Ok((file, opened.len()))
}

#[cfg(unix)]
fn is_same(found: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino()) == (opened.dev(), opened.ino())
}

/// Elsewhere the standard library does not identify files.
#[cfg(not(unix))]
fn is_same(_: &Metadata, _: &Metadata) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::open;

    #[test]
    fn a_saved_file_is_opened_with_its_size_and_a_folder_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        std::fs::write(&file, "abc").unwrap();
        assert_eq!(open(&file, None).unwrap().1, 3);
        assert_eq!(open(&file, Some(folder.path())).unwrap().1, 3);
        assert!(open(folder.path(), None).is_err());
        let other = tempfile::tempdir().unwrap();
        assert!(open(&file, Some(other.path())).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_opened_and_neither_is_a_file_behind_a_linked_folder_outside() {
        use std::os::unix::fs::symlink;
        let (output, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("secret"), "abc").unwrap();
        symlink(other.path().join("secret"), output.path().join("link")).unwrap();
        symlink(other.path(), output.path().join("folder")).unwrap();
        assert!(open(&output.path().join("link"), None).is_err());
        assert!(open(&output.path().join("folder/secret"), Some(output.path())).is_err());
        assert!(open(std::path::Path::new("/dev/zero"), None).is_err());
    }
}
