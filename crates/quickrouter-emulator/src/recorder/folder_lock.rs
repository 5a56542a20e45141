//! One recorder at a time in a folder: two would not know of each other's creates.

use fd_lock::RwLock;
use std::fs::File;
use std::io;
use std::path::Path;

/// The file that is locked.
const FILE_NAME: &str = ".recorder.lock";

/// A folder that no other recorder uses until this is dropped, or its process ends.
#[derive(Debug)]
pub(super) struct FolderLock(
    #[expect(dead_code, reason = "open as long as it is locked")] RwLock<File>,
);

impl FolderLock {
    /// Locks a folder, or says why it cannot be.
    pub(super) fn of(folder: &Path) -> Result<Self, String> {
        let path = folder.join(FILE_NAME);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| format!("{FILE_NAME} cannot be opened: {error}"))?;
        let mut lock = RwLock::new(file);
        match lock.try_write() {
            // The lock ends with the file.
            Ok(guard) => std::mem::forget(guard),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(
                    "another recorder uses it; stop that one, or take another folder".into()
                );
            }
            Err(error) => return Err(format!("{FILE_NAME} cannot be locked: {error}")),
        }
        Ok(Self(lock))
    }
}
