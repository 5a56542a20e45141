//! Checking the folder to save files in, before anything is paid for.

use std::io;
use std::path::Path;

use crate::detail::detail;
use crate::error::Error;
use crate::error::details::FileError;

/// Creates the folder if it is missing, and checks that a file can be created in it: before a create is
/// paid for whose outputs go there.
///
/// # Errors
/// [`Error::File`] if not.
pub async fn check_folder(folder: impl AsRef<Path>) -> Result<(), Error> {
    let folder = folder.as_ref().to_owned();
    let check = move || check(&folder);
    let checked = tokio::task::spawn_blocking(check).await;
    checked
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic.into_panic()))
        .map_err(Error::File)
}

fn check(folder: &Path) -> Result<(), FileError> {
    let uncreated = |error: io::Error| {
        let text = error.to_string();
        let why = detail!(FolderNotCreated, "cannot be created: {error}", error = text);
        FileError::folder(folder, why, error)
    };
    let unwritable = |error: io::Error| {
        let text = error.to_string();
        let why = detail!(FolderNotWritable, "no file can be created in it: {error}", error = text);
        FileError::folder(folder, why, error)
    };
    std::fs::create_dir_all(folder).map_err(uncreated)?;
    let mut probe = tempfile::Builder::new();
    let probe = probe.prefix(".quickrouter-").suffix(".part").tempfile_in(folder);
    probe.map(drop).map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_folder_is_made_and_nothing_is_left_in_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/folder");
        assert!(check(&folder).is_ok());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_a_folder_is_refused_by_name() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let folder = place.path().join("pictures");
        for folder in [place.path(), &folder] {
            let message = check(folder).unwrap_err().to_string();
            let named = folder.display().to_string();
            assert!(message.contains(&named), "{message}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_files_is_refused() {
        let message = check(std::path::Path::new("/proc")).unwrap_err().to_string();
        assert!(message.contains("no file can be created"), "{message}");
    }
}
