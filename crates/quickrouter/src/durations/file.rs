//! Durations in a file that several processes share.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fd_lock::RwLock;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use url::Url;

use super::{Entries, Key, Took};

/// The form of the file. One of another version is not read, and is replaced.
const VERSION: u64 = 1;
/// A file that is larger was not written by this module, in bytes.
const LARGEST: u64 = 1 << 20;
/// The longest base URL, model or version that is kept, in bytes.
const LONGEST: usize = 300;
/// How long a file may be locked by others: each holds the lock for milliseconds.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Deserialize, Serialize)]
struct Form {
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

/// What a file holds; nothing, where it is missing, damaged, too large or of another version.
pub(super) fn read(path: &Path) -> Entries {
    match form(path) {
        Ok(form) => entries(form),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                tracing::debug!(%error, path = %path.display(), "the durations of predictions are not read");
            }
            Entries::default()
        }
    }
}

/// Adds to what a file holds by now, under its lock, and returns all of it.
pub(super) fn add(path: &Path, new: &[(Key, Took)]) -> io::Result<Entries> {
    let kept: Vec<_> = new.iter().filter(|(key, _)| is_kept(key)).collect();
    if kept.is_empty() {
        return Ok(read_with(path, new));
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut entries = exclusively(lock_file(path)?, || {
        let mut entries = read(path);
        for (key, took) in kept {
            entries.add(key, *took);
        }
        write(path, &entries)?;
        Ok(entries)
    })?;
    // What is not for the file is for this process all the same.
    for (key, took) in new.iter().filter(|(key, _)| !is_kept(key)) {
        entries.add(key, *took);
    }
    Ok(entries)
}

fn read_with(path: &Path, new: &[(Key, Took)]) -> Entries {
    let mut entries = read(path);
    for (key, took) in new {
        entries.add(key, *took);
    }
    entries
}

/// Whether durations are of use to later processes: not those of a server on this machine, which is
/// an emulator or a test.
fn is_kept(key: &Key) -> bool {
    let short = [&key.base_url, &key.model, &key.version].iter().all(|text| text.len() <= LONGEST);
    let local = Url::parse(&key.base_url).is_ok_and(|url| quickrouter_api::is_loopback(&url));
    short && !local
}

fn form(path: &Path) -> io::Result<Form> {
    let mut text = String::new();
    let file = File::open(path)?;
    // What is not a file, such as a pipe, may never end.
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    file.take(LARGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other("it is larger than 1 MiB"));
    }
    let form: Form = serde_json::from_str(&text)?;
    if form.version != VERSION {
        return Err(io::Error::other(format!("it is of version {}", form.version)));
    }
    Ok(form)
}

fn entries(form: Form) -> Entries {
    let mut entries = Entries::default();
    for Entry { base_url, model, version, steps, seconds } in form.durations {
        let key = Key { base_url, model, version, steps };
        if !is_kept(&key) {
            continue;
        }
        for Seconds { total, run, tail } in seconds {
            let took = Took { total, run, tail };
            if took.is_plausible() {
                entries.add(&key, took);
            }
        }
    }
    entries
}

fn write(path: &Path, entries: &Entries) -> io::Result<()> {
    let milliseconds = |seconds: f64| (seconds * 1e3).round() / 1e3;
    let entry = |(key, samples): &(Key, std::collections::VecDeque<Took>)| Entry {
        base_url: key.base_url.clone(),
        model: key.model.clone(),
        version: key.version.clone(),
        steps: key.steps,
        seconds: samples
            .iter()
            .map(|took| Seconds {
                total: milliseconds(took.total),
                run: took.run.map(milliseconds),
                tail: took.tail.map(milliseconds),
            })
            .collect(),
    };
    let form = Form { version: VERSION, durations: entries.0.iter().map(entry).collect() };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(serde_json::to_string(&form)?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}

/// Beside the file, since a file that is replaced cannot be locked.
fn lock_file(path: &Path) -> io::Result<File> {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".lock");
    OpenOptions::new().create(true).truncate(false).write(true).open(PathBuf::from(name))
}

/// Does something while no other process holds the lock. The system releases that of one that dies.
fn exclusively<T>(file: File, work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let (mut lock, since) = (RwLock::new(file), Instant::now());
    loop {
        match lock.try_write() {
            Ok(_guard) => return work(),
            Err(error) if error.kind() == ErrorKind::WouldBlock && since.elapsed() < PATIENCE => {}
            Err(error) => return Err(error),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}
