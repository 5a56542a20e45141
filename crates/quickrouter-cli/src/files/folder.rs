//! Prepares the folder to save files in, before anything is paid for.

use std::io;
use std::path::Path;

/// Creates the folder if it is missing, and checks that a file can be created in it.
///
/// # Errors
/// What is wrong, starting with the folder.
pub(crate) fn prepare(folder: &Path) -> Result<(), String> {
    let wrong = |what: &str, error: &io::Error| format!("{}: {what}: {error}", folder.display());
    std::fs::create_dir_all(folder)
        .map_err(|error| wrong("the folder cannot be created", &error))?;
    let mut probe = tempfile::Builder::new();
    probe.prefix(".quickrouter-").suffix(".part");
    match probe.tempfile_in(folder) {
        Ok(file) => {
            // Only a test.
            drop(file);
            Ok(())
        }
        Err(error) => Err(wrong("no file can be created in the folder", &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::prepare;

    #[test]
    fn a_folder_is_made_and_nothing_is_left_in_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/folder");
        assert!(prepare(&folder).is_ok());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_a_folder_is_refused_by_name() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let folder = place.path().join("pictures");
        for folder in [place.path(), &folder] {
            let message = prepare(folder).unwrap_err();
            let named = folder.display().to_string();
            assert!(message.contains(&named), "{message}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_files_is_refused() {
        let message = prepare(std::path::Path::new("/proc")).unwrap_err();
        assert!(message.contains("no file can be created"), "{message}");
    }
}
