//! Names of files that last.

use std::fs::File;
use std::io;
use std::path::Path;

/// A new file has its name for good only once its folder is on the disk, too.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
