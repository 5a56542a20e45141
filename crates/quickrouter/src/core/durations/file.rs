//! The durations file, shared by several processes.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fd_lock::RwLock;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use url::Url;

use super::{Entries, Key, Timing};

/// Version of the file format. Files of other versions are ignored and replaced.
const VERSION: u64 = 1;
/// Maximum file size, in bytes; a larger file was not written by this module.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// Maximum length of a saved base URL, model or version, in bytes.
const MAX_TEXT_BYTES: usize = 300;

#[derive(Debug, Deserialize, Serialize)]
struct DurationsFile {
    version: u64,
    durations: Vec<Entry>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Entry {
    base_url: String,
    model: String,
    version: String,
    steps: Option<u64>,
    seconds: Vec<Seconds>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Seconds {
    total: f64,
    run: Option<f64>,
    tail: Option<f64>,
}

/// Reads a file; empty if it is missing, damaged, too large or of another version.
pub(super) fn read(path: &Path) -> Entries {
    match read_file(path) {
        Ok(file) => entries(file),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                tracing::debug!(%error, path = %path.display(), "cannot read durations");
            }
            Entries::default()
        }
    }
}

/// Merges durations into the file under its lock, and returns its whole content.
pub(super) fn add(path: &Path, new: &[(Key, Timing)], timeout: Duration) -> io::Result<Entries> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    exclusively(lock_file(path)?, timeout, || {
        let mut entries = read(path);
        for (key, timing) in new {
            entries.add(key, *timing);
        }
        write(path, &entries)?;
        Ok(entries)
    })
}

/// Whether a key's durations are worth saving: not those of a server on this machine, which is an
/// emulator or a test.
pub(super) fn is_kept(key: &Key) -> bool {
    let short =
        [&key.base_url, &key.model, &key.version].iter().all(|text| text.len() <= MAX_TEXT_BYTES);
    let local = Url::parse(&key.base_url).is_ok_and(|url| quickrouter_api::is_loopback(&url));
    short && !local
}

fn read_file(path: &Path) -> io::Result<DurationsFile> {
    let mut text = String::new();
    let file = File::open(path)?;
    // Reading anything else, such as a pipe, may never end.
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    let content: DurationsFile = serde_json::from_str(&text)?;
    if content.version != VERSION {
        return Err(io::Error::other(format!("it is of version {}", content.version)));
    }
    Ok(content)
}

fn entries(content: DurationsFile) -> Entries {
    let mut entries = Entries::default();
    for Entry { base_url, model, version, steps, seconds } in content.durations {
        let key = Key { base_url, model, version, steps };
        if !is_kept(&key) {
            continue;
        }
        for Seconds { total, run, tail } in seconds {
            let timing = Timing { total, run, tail };
            if timing.is_plausible() {
                entries.add(&key, timing);
            }
        }
    }
    entries
}

fn write(path: &Path, entries: &Entries) -> io::Result<()> {
    let milliseconds = |seconds: f64| (seconds * 1e3).round() / 1e3;
    let entry = |(key, samples): &(Key, std::collections::VecDeque<Timing>)| Entry {
        base_url: key.base_url.clone(),
        model: key.model.clone(),
        version: key.version.clone(),
        steps: key.steps,
        seconds: samples
            .iter()
            .map(|timing| Seconds {
                total: milliseconds(timing.total),
                run: timing.run.map(milliseconds),
                tail: timing.tail.map(milliseconds),
            })
            .collect(),
    };
    let content =
        DurationsFile { version: VERSION, durations: entries.0.iter().map(entry).collect() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(serde_json::to_string(&content)?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// A separate file, because one that is replaced cannot be locked.
fn lock_file(path: &Path) -> io::Result<File> {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".lock");
    OpenOptions::new().create(true).truncate(false).write(true).open(PathBuf::from(name))
}

/// Runs `work` while holding the lock. The system releases the lock of a process that dies.
fn exclusively<T>(
    file: File,
    timeout: Duration,
    work: impl FnOnce() -> io::Result<T>,
) -> io::Result<T> {
    let (mut lock, since) = (RwLock::new(file), Instant::now());
    loop {
        match lock.try_write() {
            Ok(_guard) => return work(),
            Err(error) if error.kind() == ErrorKind::WouldBlock && since.elapsed() < timeout => {}
            Err(error) => return Err(error),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::thread;

    use tempfile::TempDir;

    use super::super::{Durations, Key, Timing};
    use super::{MAX_FILE_BYTES, lock_file};

    fn key(base_url: &str) -> Key {
        let (model, version) = ("owner/name".to_owned(), "v1".to_owned());
        Key { base_url: base_url.to_owned(), model, version, steps: Some(50) }
    }

    fn remote() -> Key {
        key("https://gateway.example/replicate")
    }

    fn timing(total: f64) -> Timing {
        Timing { total, run: Some(total - 1.0), tail: None }
    }

    fn temporary_path() -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("not yet there").join("durations.json");
        (folder, path)
    }

    fn totals(path: &Path) -> Vec<f64> {
        Durations::load(path).of(Some(&remote())).totals
    }

    #[test]
    fn what_one_process_saves_another_one_loads() {
        let (_folder, path) = temporary_path();
        let durations = Durations::load(&path);
        durations.add(&remote(), timing(8.25));
        assert!(!path.exists(), "only what asks for it saves by itself");
        durations.save().unwrap();
        assert_eq!(totals(&path), [8.25]);
        durations.save().unwrap();
        assert_eq!(totals(&path), [8.25], "saved once");
        Durations::kept_in(&path).add(&remote(), timing(7.5));
        assert_eq!(totals(&path), [7.5, 8.25]);
    }

    #[test]
    fn nothing_of_many_writers_at_once_is_lost() {
        let (_folder, path) = temporary_path();
        thread::scope(|scope| {
            for writer in 0..8_u32 {
                let path = &path;
                // Each has read the file before the others write it, as processes do.
                let durations = Durations::kept_in(path);
                assert!(durations.of(Some(&remote())).totals.len() <= 32);
                scope.spawn(move || {
                    for turn in 0..4_u32 {
                        durations.add(&remote(), timing(f64::from(10 + writer * 4 + turn)));
                    }
                });
            }
        });
        assert_eq!(totals(&path), (10..42).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn a_lock_file_that_a_dead_process_left_behind_stops_nobody() {
        let (_folder, path) = temporary_path();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        drop(lock_file(&path).unwrap());
        Durations::kept_in(&path).add(&remote(), timing(8.0));
        assert_eq!(totals(&path), [8.0]);
    }

    #[test]
    fn a_file_that_is_not_ours_is_ignored_and_replaced() {
        let huge = " ".repeat(usize::try_from(MAX_FILE_BYTES).unwrap() + 1);
        let future = r#"{"version":2,"durations":[]}"#;
        let infinite = r#"{"version":1,"durations":[{"base_url":"https://gateway.example/replicate",
            "model":"owner/name","version":"v1","steps":50,"seconds":[{"total":-1},{"total":1e300}]}]}"#;
        for text in
            ["", "{", "[]", "null", "\u{0}\u{1}", r#"{"version":1}"#, future, infinite, &huge]
        {
            let (_folder, path) = temporary_path();
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            assert_eq!(totals(&path), [] as [f64; 0], "{text:.80}");
            Durations::kept_in(&path).add(&remote(), timing(8.0));
            assert_eq!(totals(&path), [8.0], "{text:.80}");
        }
        let (_folder, path) = temporary_path();
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, b"{\"version\":1,\xff}").unwrap();
        assert_eq!(totals(&path), [] as [f64; 0]);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error_of_save_alone() {
        let (folder, path) = temporary_path();
        std::fs::write(folder.path().join("not yet there"), "a file").unwrap();
        let durations = Durations::kept_in(&path);
        durations.add(&remote(), timing(8.0));
        assert_eq!(durations.of(Some(&remote())).totals, [8.0], "it is known all the same");
        durations.save().unwrap_err();
        std::fs::remove_file(folder.path().join("not yet there")).unwrap();
        durations.save().unwrap();
        assert_eq!(totals(&path), [8.0], "nothing was lost");
    }

    #[test]
    fn servers_of_this_machine_are_remembered_by_the_process_alone() {
        let (_folder, path) = temporary_path();
        let durations = Durations::kept_in(&path);
        for local in ["http://127.0.0.1:8080/replicate", "http://localhost:1", "http://[::1]:1"] {
            durations.add(&key(local), timing(2.0));
            durations.add(&remote(), timing(8.0));
            assert_eq!(durations.of(Some(&key(local))).totals, [2.0]);
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            !text.contains("127.0.0.1") && !text.contains("localhost") && !text.contains("::1")
        );
        durations.add(&key("http://localhost:1"), timing(3.0));
        assert_eq!(durations.of(Some(&key("http://localhost:1"))).totals, [2.0, 3.0]);
    }

    #[test]
    fn the_file_holds_what_the_readme_says_and_nothing_else() {
        let (_folder, path) = temporary_path();
        Durations::kept_in(&path).add(&remote(), Timing { tail: Some(1.23456), ..timing(8.0) });
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            r#"{"version":1,"durations":[{"base_url":"https://gateway.example/replicate","model":"owner/name","version":"v1","steps":50,"seconds":[{"total":8.0,"run":7.0,"tail":1.235}]}]}"#
        );
    }
}
