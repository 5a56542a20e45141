//! Keeping responses that cannot be interpreted in a file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::client::save::target;

/// Highest number appended to names with the same second.
const MAX_NUMBER: u32 = 1000;

/// Writes a response body to a new file `quickrouter-unread-TIME.json` in `folder`, readable only
/// by its owner, since it may be confidential. Falls back to the system's temporary folder.
///
/// # Errors
/// If neither folder is writable.
pub async fn keep_unread(content: &[u8], folder: &Path) -> io::Result<PathBuf> {
    let (content, folder) = (content.to_vec(), folder.to_owned());
    let write = move || {
        let kept = write_in(&folder, &content);
        kept.or_else(|_| write_in(&std::env::temp_dir(), &content))
    };
    tokio::task::spawn_blocking(write).await.map_err(io::Error::other)?
}

fn write_in(folder: &Path, content: &[u8]) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    // Temporary files are readable only by their owner, and stay so when renamed.
    let mut file = builder.prefix(".quickrouter-").suffix(".part").tempfile_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    // Not all file systems allow colons in names.
    let time = humantime::format_rfc3339_seconds(SystemTime::now()).to_string().replace(':', "-");
    let numbers = (2..=MAX_NUMBER).map(|number| format!("-{number}"));
    let numbers = std::iter::once(String::new()).chain(numbers);
    let name = |number| folder.join(format!("quickrouter-unread-{time}{number}.json"));
    target::persist(file, numbers.map(name))
}

#[cfg(test)]
mod tests {
    use super::keep_unread;

    #[tokio::test]
    async fn each_response_gets_a_file_of_its_own_that_only_its_owner_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let first = keep_unread(b"{\"a\"", folder.path()).await.unwrap();
        let second = keep_unread(b"b", folder.path()).await.unwrap();
        assert_ne!(first, second);
        assert_eq!(std::fs::read(&first).unwrap(), b"{\"a\"");
        assert_eq!(std::fs::read(&second).unwrap(), b"b");
        assert!(first.file_name().unwrap().to_str().unwrap().starts_with("quickrouter-unread-"));
        assert_eq!(first.extension().unwrap(), "json");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&first).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn what_the_folder_does_not_take_goes_to_the_temporary_files() {
        let place = tempfile::NamedTempFile::new().unwrap();
        let kept = keep_unread(b"a", place.path()).await.unwrap();
        assert!(kept.starts_with(std::env::temp_dir()), "{}", kept.display());
        std::fs::remove_file(kept).unwrap();
    }
}
