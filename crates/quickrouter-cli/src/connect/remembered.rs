//! The last prediction made with each gateway, for `@last`: its id, and nothing of its input.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use directories::ProjectDirs;
use fd_lock::RwLock;
use quickrouter::PredictionId;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::durations::is_disabled;
use crate::text::bounded;

/// The version of the file's format.
const VERSION: u64 = 1;
/// The number of gateways remembered.
const MAX_GATEWAYS: usize = 32;
/// Maximum file size, in bytes; a larger file was not written by this module.
const MAX_FILE_BYTES: u64 = 64 << 10;
/// Maximum length of a base URL or id, in bytes.
const MAX_TEXT_BYTES: usize = 500;
/// How long to wait for other runs that write.
const LOCK_LIMIT: Duration = Duration::from_millis(500);

#[derive(Debug, Deserialize, Serialize)]
struct LastFile {
    version: u64,
    /// The latest first.
    last: Vec<Made>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Made {
    base_url: String,
    prediction_id: PredictionId,
}

/// The id of the last prediction made with the gateway at this base URL, if it is remembered.
pub(crate) fn last(base_url: &str) -> Option<PredictionId> {
    last_in(&file()?, base_url)
}

/// Remembers a prediction as the last one. Whoever asks for a picture is not bothered with a folder
/// that cannot be written: without the file, the gateway's list tells the last one.
pub(crate) fn keep(base_url: &str, id: &PredictionId) {
    if let Some(file) = file() {
        let _ = keep_in(&file, base_url, id);
    }
}

/// The file, in the platform's folder for state, or for caches where there is none.
fn file() -> Option<PathBuf> {
    let folders = ProjectDirs::from("", "", "quickrouter").filter(|_| !is_disabled())?;
    let folder = folders.state_dir().unwrap_or(folders.cache_dir());
    Some(folder.join("last-predictions.json"))
}

fn last_in(path: &Path, base_url: &str) -> Option<PredictionId> {
    let made = read(path).into_iter().find(|made| made.base_url == base_url);
    made.map(|made| made.prediction_id)
}

fn keep_in(path: &Path, base_url: &str, id: &PredictionId) -> io::Result<()> {
    if base_url.len() > MAX_TEXT_BYTES || id.as_str().len() > MAX_TEXT_BYTES {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // A separate file, because one that is replaced cannot be locked.
    let lock = path.with_extension("json.lock");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock)?;
    let (mut lock, since) = (RwLock::new(lock), Instant::now());
    loop {
        match lock.try_write() {
            Ok(_guard) => return replace(path, folder, base_url, id),
            Err(error) if error.kind() == ErrorKind::WouldBlock && since.elapsed() < LOCK_LIMIT => {
            }
            Err(error) => return Err(error),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn replace(path: &Path, folder: &Path, base_url: &str, id: &PredictionId) -> io::Result<()> {
    let mut last = read(path);
    last.retain(|made| made.base_url != base_url);
    last.insert(0, Made { base_url: base_url.to_owned(), prediction_id: id.clone() });
    last.truncate(MAX_GATEWAYS);
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(&LastFile { version: VERSION, last })?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// The predictions in a file: none if it is missing, damaged, too large or of another version.
fn read(path: &Path) -> Vec<Made> {
    let read = || -> io::Result<LastFile> {
        let (text, _) = bounded::regular_file(path, MAX_FILE_BYTES)?;
        Ok(serde_json::from_slice(&text)?)
    };
    match read() {
        Ok(file) if file.version == VERSION => file.last,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{MAX_GATEWAYS, keep_in, last_in, read};

    #[test]
    fn the_last_of_each_gateway_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not yet there").join("last.json");
        let id = |text: &str| text.parse().unwrap();
        for (base_url, made) in
            [("https://a/r", "p1"), ("https://b/r", "p2"), ("https://a/r", "p3")]
        {
            keep_in(&path, base_url, &id(made)).unwrap();
        }
        assert_eq!(last_in(&path, "https://a/r"), Some(id("p3")));
        assert_eq!(last_in(&path, "https://b/r"), Some(id("p2")));
        assert_eq!(last_in(&path, "https://c/r"), None);
        for number in 0..2 * MAX_GATEWAYS {
            keep_in(&path, &format!("https://{number}/r"), &id("p")).unwrap();
        }
        assert_eq!(read(&path).len(), MAX_GATEWAYS);
        keep_in(&path, &"x".repeat(9999), &id("p")).unwrap();
        assert_eq!(read(&path).len(), MAX_GATEWAYS, "what is too long is left out");
    }

    #[test]
    fn nothing_of_many_writers_at_once_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("last.json");
        thread::scope(|scope| {
            for writer in 0..8 {
                let path = &path;
                let base_url = format!("https://{writer}/r");
                scope.spawn(move || keep_in(path, &base_url, &"p".parse().unwrap()).unwrap());
            }
        });
        assert_eq!(read(&path).len(), 8);
    }

    #[test]
    fn a_file_that_is_not_ours_is_ignored_and_replaced() {
        let deep = "[".repeat(100_000);
        let foreign = r#"{"version":1,"last":[{"base_url":"https://a/r","prediction_id":".."}]}"#;
        for text in ["", "{", "[]", r#"{"version":2,"last":[]}"#, &deep, foreign] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("last.json");
            std::fs::write(&path, text).unwrap();
            assert_eq!(last_in(&path, "https://a/r"), None, "{text:.40}");
            keep_in(&path, "https://a/r", &"p1".parse().unwrap()).unwrap();
            assert!(last_in(&path, "https://a/r").is_some(), "{text:.40}");
        }
    }
}
