//! The folder for the files, seen to before anything is paid for.

use std::io;
use std::path::Path;

use crate::exit::Failure;

/// Makes the folder where there is none, and sees that a file can be made in it.
///
/// # Errors
/// A refusal that names the folder.
pub(crate) fn ready(folder: &Path) -> Result<(), Failure> {
    let refused = |what: &str, error: &io::Error| {
        let shown = folder.display();
        Failure::refused(format!("--output {shown}: {what}: {error}; give another folder"))
    };
    std::fs::create_dir_all(folder)
        .map_err(|error| refused("the folder cannot be made", &error))?;
    let mut probe = tempfile::Builder::new();
    probe.prefix(".quickrouter-").suffix(".part");
    match probe.tempfile_in(folder) {
        Ok(file) => {
            // It was only to be seen that it can be made.
            drop(file);
            Ok(())
        }
        Err(error) => Err(refused("no file can be made in the folder", &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::ready;

    #[test]
    fn a_folder_is_made_and_nothing_is_left_in_it() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("new/folder");
        assert!(ready(&folder).is_ok());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[test]
    fn what_cannot_be_a_folder_is_refused_by_name() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let folder = place.path().join("pictures");
        for folder in [place.path(), &folder] {
            let failure = ready(folder).unwrap_err();
            assert_eq!(failure.code, 2);
            let named = folder.display().to_string();
            assert!(failure.message.contains(&named), "{}", failure.message);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_folder_that_takes_no_files_is_refused() {
        let failure = ready(std::path::Path::new("/proc")).unwrap_err();
        assert_eq!(failure.code, 2);
        assert!(failure.message.contains("no file can be made"), "{}", failure.message);
    }
}
