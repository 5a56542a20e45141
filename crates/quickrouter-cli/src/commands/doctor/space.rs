//! The folders that are written to: the outputs', and the cache's. Nothing is left in them.

use std::path::Path;

use directories::ProjectDirs;
use indicatif::BinaryBytes;

use super::finding::{Check, Finding, Verdict};
use crate::connect::durations::is_disabled;
use crate::text::message::{Message, message};

/// Less space than this is warned of: some pictures more, and the disk is full.
const LITTLE: u64 = 256 << 20;

/// The folder that outputs are saved in.
pub(super) fn output(folder: &Path) -> Finding {
    let check = Check::new("output");
    match writable(folder) {
        Err(why) => check
            .found(Verdict::Fail, message!("doctor-not-writable", path = folder.display()))
            .fact(Message::verbatim(why.to_string()))
            .hint(message!("doctor-output-how")),
        Ok(existing) => match fs4::available_space(existing) {
            Ok(space) if space < LITTLE => {
                let space = BinaryBytes(space).to_string();
                let detail =
                    message!("doctor-little-space", path = folder.display(), space = space);
                check.found(Verdict::Warn, detail).hint(message!("doctor-little-space-how"))
            }
            _ => check.ok(message!("doctor-writable", path = folder.display())),
        },
    }
}

/// The folder of the cache of how long predictions took. Runs work without it.
pub(super) fn cache() -> Finding {
    let check = Check::new("cache");
    if is_disabled() {
        return check.ok(message!("doctor-cache-off"));
    }
    let Some(folders) = ProjectDirs::from("", "", "quickrouter") else {
        return check.found(Verdict::Warn, message!("doctor-no-cache-folder"));
    };
    let folder = folders.cache_dir();
    match writable(folder) {
        Ok(_) => check.ok(message!("doctor-writable", path = folder.display())),
        Err(why) => check
            .found(Verdict::Warn, message!("doctor-not-writable", path = folder.display()))
            .fact(Message::verbatim(why.to_string()))
            .hint(message!("doctor-cache-how")),
    }
}

/// Whether a folder, or the nearest one above it if it does not exist yet, can be written; returns the
/// one that exists.
fn writable(folder: &Path) -> std::io::Result<&Path> {
    let absolute = folder.ancestors().find(|folder| folder.exists());
    let existing = absolute.unwrap_or(Path::new("."));
    if !existing.is_dir() {
        return Err(std::io::Error::from(std::io::ErrorKind::NotADirectory));
    }
    // Deleted as soon as it is closed.
    tempfile::tempfile_in(existing)?;
    Ok(existing)
}

#[cfg(test)]
mod tests {
    use super::{output, writable};
    use crate::commands::doctor::finding::Verdict;

    #[test]
    fn a_folder_that_does_not_exist_yet_is_judged_by_the_one_above_and_not_created() {
        let folder = tempfile::tempdir().unwrap();
        let new = folder.path().join("a/b");
        assert_eq!(writable(&new).unwrap(), folder.path());
        assert!(!folder.path().join("a").exists());
        std::fs::write(folder.path().join("a"), "").unwrap();
        assert_eq!(output(&new).verdict, Verdict::Fail, "a file is in the way");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left");
    }
}
