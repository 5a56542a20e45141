//! [`Journal`]: the state file, appended under a lock that other processes respect.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use fs4::{FileExt, TryLockError};
use serde::de::IgnoredAny;

use crate::store::StoreError;
use crate::store::event::{Event, Header, VERSION};
use crate::store::records::Records;

/// How long another process may hold the file.
const LOCK_LIMIT: Duration = Duration::from_secs(10);

/// When a wait for the lock that begins now has to end.
pub(super) fn lock_limit() -> Instant {
    Instant::now() + LOCK_LIMIT
}

/// How often the lock is tried.
const LOCK_INTERVAL: Duration = Duration::from_millis(2);

/// The largest file.
const MOST_BYTES: u64 = 256 << 20;

/// How a first line begins.
const BEGINNING: &[u8] = b"{\"quickrouter_mcp\"";

/// A state file: lines of JSON, of which none is ever changed.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    gateway: String,
    /// The end of the last line that was read, and its number.
    read: u64,
    lines: usize,
    records: Records,
}

/// The file while this process holds its lock.
pub(super) struct Locked<'a>(&'a mut Journal);

impl Journal {
    /// Opens a file that only its owner can read, or creates it.
    pub(super) fn open(path: &Path, gateway: &str) -> Result<Self, StoreError> {
        let at = |source| StoreError::Io { path: path.to_owned(), source };
        // Before it is opened, which would wait for a pipe's writer.
        if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(at(io::Error::new(ErrorKind::InvalidInput, "it is not a file")));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            create_private(folder)
                .map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        }
        let file = open_private(path).map_err(at)?;
        let (gateway, records) = (gateway.to_owned(), Records::default());
        let mut journal = Self { path: path.to_owned(), file, gateway, read: 0, lines: 0, records };
        drop(journal.lock(lock_limit())?);
        if let Some(folder) = path.parent() {
            sync_folder(folder);
        }
        Ok(journal)
    }

    /// Waits for the lock until `latest`, and reads what other processes have written.
    pub(super) fn lock(&mut self, latest: Instant) -> Result<Locked<'_>, StoreError> {
        loop {
            match FileExt::try_lock(&self.file) {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() >= latest => {
                    return Err(StoreError::Busy { path: self.path.clone() });
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_INTERVAL),
                Err(TryLockError::Error(error)) => return Err(self.failed(error)),
            }
        }
        let mut locked = Locked(self);
        locked.catch_up()?;
        Ok(locked)
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Io { path: self.path.clone(), source }
    }
}

impl Locked<'_> {
    pub(super) fn records(&self) -> &Records {
        &self.0.records
    }

    /// Appends an event. It is on the disk when this returns.
    pub(super) fn append(&mut self, event: Event) -> Result<(), StoreError> {
        // One that does not fit would make the file unreadable for good.
        self.0.records.check(&event).map_err(|reason| self.corrupt(reason))?;
        self.write_line(&serde_json::to_string(&event).unwrap_or_default())?;
        self.0.records.apply(event).map_err(|reason| self.corrupt(reason))
    }

    fn write_line(&mut self, line: &str) -> Result<(), StoreError> {
        let journal = &mut *self.0;
        let line = format!("{line}\n");
        let written = journal
            .file
            .seek(SeekFrom::Start(journal.read))
            .and_then(|_| journal.file.write_all(line.as_bytes()))
            .and_then(|()| journal.file.sync_data());
        if let Err(error) = written {
            // Half a line is read as none, but nothing should stand between it and the next one.
            let _ = journal.file.set_len(journal.read);
            return Err(journal.failed(error));
        }
        journal.read += line.len() as u64;
        journal.lines += 1;
        Ok(())
    }

    /// Ends the last line, whose length this is.
    fn end_line(&mut self, length: usize) -> Result<(), StoreError> {
        let journal = &mut *self.0;
        journal.read += length as u64;
        let end = SeekFrom::Start(journal.read);
        let written = journal.file.seek(end).and_then(|_| journal.file.write_all(b"\n"));
        written.map_err(|error| journal.failed(error))?;
        journal.read += 1;
        Ok(())
    }

    /// Reads the lines that were added since.
    fn catch_up(&mut self) -> Result<(), StoreError> {
        let metadata = self.0.file.metadata().map_err(|error| self.0.failed(error))?;
        if metadata.len() < self.0.read || !is_at(&self.0.path, &metadata) {
            return Err(StoreError::Replaced { path: self.0.path.clone() });
        }
        if metadata.len() > MOST_BYTES {
            return Err(self.corrupt(format!("it has more than {MOST_BYTES} bytes")));
        }
        let mut added = Vec::new();
        let start = SeekFrom::Start(self.0.read);
        let read = self.0.file.seek(start).and_then(|_| self.0.file.read_to_end(&mut added));
        read.map_err(|error| self.0.failed(error))?;
        let mut lines = added.as_slice();
        while let Some(end) = lines.iter().position(|byte| *byte == b'\n') {
            self.line(&lines[..end])?;
            self.0.read += end as u64 + 1;
            lines = &lines[end + 1..];
        }
        self.end_of_file(lines)
    }

    fn line(&mut self, line: &[u8]) -> Result<(), StoreError> {
        if self.0.lines == 0 {
            self.header(line)?;
        } else {
            let event: Event =
                serde_json::from_slice(line).map_err(|error| self.corrupt(error.to_string()))?;
            self.0.records.apply(event).map_err(|reason| self.corrupt(reason))?;
        }
        self.0.lines += 1;
        Ok(())
    }

    fn header(&self, line: &[u8]) -> Result<(), StoreError> {
        let header: Header = serde_json::from_slice(line)
            .map_err(|_| self.corrupt("it is not a state file of quickrouter mcp".to_owned()))?;
        if header.quickrouter_mcp != VERSION {
            let version = header.quickrouter_mcp;
            return Err(self.corrupt(format!("its format is {version}, not {VERSION}")));
        }
        if header.gateway != self.0.gateway {
            let (path, expected) = (self.0.path.clone(), self.0.gateway.clone());
            return Err(StoreError::OtherGateway { path, found: header.gateway, expected });
        }
        Ok(())
    }

    /// What follows the last line: nothing, or what a process wrote of a line before it died, on the
    /// strength of which nothing was done.
    ///
    /// A line that lacks only its end counts: an editor or a copy may have left it out, which
    /// jsonlines.org allows, and it may be what a prediction was paid for with.
    fn end_of_file(&mut self, rest: &[u8]) -> Result<(), StoreError> {
        if serde_json::from_slice::<IgnoredAny>(rest).is_ok() {
            self.line(rest)?;
            return self.end_line(rest.len());
        }
        if !rest.is_empty() {
            // Without a first line it may be anything, and is not cut off.
            let begins_so = rest.starts_with(BEGINNING) || BEGINNING.starts_with(rest);
            if self.0.lines == 0 && !begins_so {
                return self.header(rest);
            }
            let cut = self.0.file.set_len(self.0.read);
            cut.map_err(|error| self.0.failed(error))?;
        }
        if self.0.lines == 0 {
            let gateway = self.0.gateway.clone();
            let header = Header { quickrouter_mcp: VERSION, gateway };
            self.write_line(&serde_json::to_string(&header).unwrap_or_default())?;
        }
        Ok(())
    }

    /// The error of the line after those that were read.
    fn corrupt(&self, reason: String) -> StoreError {
        StoreError::Corrupt { path: self.0.path.clone(), line: self.0.lines + 1, reason }
    }
}

impl Drop for Locked<'_> {
    fn drop(&mut self) {
        // A lock that cannot be given back ends with the process.
        let _ = FileExt::unlock(&self.0.file);
    }
}

/// Writes down that a file is in its folder, so that a new one outlives a loss of power. Not every file
/// system can.
#[cfg(unix)]
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Folders cannot be opened as files on Windows.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) {}

#[cfg(unix)]
fn create_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The user's folders are private on Windows; files in them are, too.
#[cfg(not(unix))]
fn create_private(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

#[cfg(unix)]
fn open_private(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut options = OpenOptions::new();
    let file =
        options.read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    // One that was copied or restored may be open to others.
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

#[cfg(not(unix))]
fn open_private(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

/// Whether the open file is the one at the path.
#[cfg(unix)]
fn is_at(path: &Path, open: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|at| (at.dev(), at.ino()) == (open.dev(), open.ino()))
}

/// An open file cannot be replaced on Windows.
#[cfg(not(unix))]
fn is_at(path: &Path, _open: &Metadata) -> bool {
    path.exists()
}
