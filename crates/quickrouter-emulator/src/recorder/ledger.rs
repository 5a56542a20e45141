//! The creates whose outcome is not settled. The list is on disk before a create is sent, so that
//! it survives whatever happens to the recorder.

use crate::error::Error;
use crate::recording::format::RecordedRequest;
use crate::recording::key::Target;
use crate::recording::write::write_atomically;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The file in the folder of the recordings. Deleting a line of it, while no recorder runs, allows its
/// create again.
pub(super) const FILE_NAME: &str = "unknown-creates.jsonl";
/// Most unsettled creates; then all others are refused.
pub(super) const MAX_UNSETTLED: usize = 1000;
/// Largest file that is read.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// A create that is not settled.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unsettled {
    pub(super) number: u64,
    /// RFC 3339.
    pub(super) sent_at: String,
    /// What equal creates have in common.
    pub(super) key: String,
    /// For people: redacted, and without long texts.
    pub(super) request: RecordedRequest,
    pub(super) state: Standing,
}

/// How an unsettled create stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Standing {
    /// Sent, and not answered yet.
    InFlight,
    /// It may have been accepted.
    Unknown(String),
    /// Its prediction is known and no client has it yet: the next equal create gets it, unless it is on
    /// its way to a client.
    Found(String),
}

/// What an equal create meets.
#[derive(Debug)]
pub(super) enum Admission {
    /// Nothing: it may be sent, under this number.
    Free(u64),
    /// A prediction that is on its way to it from now on, and the number of the create that made it.
    Found { number: u64, id: String },
    /// A create that is not answered yet and whose client has gone, or a prediction on its way to a
    /// client that may not get it.
    Wait,
    /// A create of unknown outcome.
    Unknown(Box<Unsettled>),
    /// [`MAX_UNSETTLED`] others. `unknown` says that all of them stay until a person settles them.
    Full { unknown: bool },
}

#[derive(Debug)]
struct Entries {
    all: Vec<Unsettled>,
    next: u64,
    /// Those whose client went before they were settled.
    orphaned: HashSet<u64>,
    /// Those whose prediction is on its way to a client. They stay on disk until it has it.
    delivering: HashSet<u64>,
    /// Counts what has to be written.
    version: u64,
}

/// The unsettled creates. What changes them writes a file, and is not for the threads of a runtime.
pub(super) struct Ledger {
    path: PathBuf,
    /// Never locked while a file is written.
    entries: Mutex<Entries>,
    /// The version that is on disk.
    written: Mutex<u64>,
    changes: watch::Sender<u64>,
}

impl Ledger {
    /// Reads the list. What was in flight when the recorder ended has an unknown outcome.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(FILE_NAME);
        let failed = |why: String| Error::Recording { path: path.clone(), why };
        let text = match fs::metadata(&path) {
            Ok(found) if found.len() > MAX_BYTES => {
                return Err(failed(format!("it is larger than {MAX_BYTES} bytes")));
            }
            Ok(_) => fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error.to_string())),
        };
        let mut all: Vec<Unsettled> = Vec::new();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let entry = serde_json::from_str(line);
            let mut entry: Unsettled =
                entry.map_err(|error| failed(format!("line {}: {error}", index + 1)))?;
            if entry.state == Standing::InFlight {
                let why = "the recorder ended before the response came";
                entry.state = Standing::Unknown(why.to_owned());
            }
            all.push(entry);
        }
        let next = all.iter().map(|entry| entry.number).max().unwrap_or_default() + 1;
        let (orphaned, delivering) = (HashSet::new(), HashSet::new());
        let entries = Mutex::new(Entries { all, next, orphaned, delivering, version: 1 });
        let written = Mutex::new(0);
        let ledger = Self { path, entries, written, changes: watch::Sender::new(0) };
        ledger.save(1).map_err(|error| Error::Recording {
            path: ledger.path.clone(),
            why: error.to_string(),
        })?;
        Ok(ledger)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns when this version, or a later one, is on disk.
    fn save(&self, version: u64) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if *written >= version {
            return Ok(());
        }
        let (all, version) = {
            let entries = self.entries();
            (entries.all.clone(), entries.version)
        };
        let mut text = String::new();
        for entry in &all {
            text.push_str(&serde_json::to_string(entry).map_err(io::Error::other)?);
            text.push('\n');
        }
        if !text.is_empty() || self.path.exists() {
            write_atomically(&self.path, text.as_bytes())?;
        }
        *written = version;
        Ok(())
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Changes whenever an entry does.
    pub(super) fn subscribe(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Admits a create, which is then on disk, or says what stands against it.
    pub(super) fn admit(
        &self,
        key: &str,
        sent_at: &str,
        request: &RecordedRequest,
    ) -> io::Result<Admission> {
        let mut guard = self.entries();
        let entries = &mut *guard;
        let (mut wait, mut unknown) = (false, None);
        for entry in entries.all.iter().filter(|entry| entry.key == key) {
            match &entry.state {
                Standing::Found(id) if entries.delivering.insert(entry.number) => {
                    return Ok(Admission::Found { number: entry.number, id: id.clone() });
                }
                Standing::Found(_) => wait = true,
                Standing::InFlight => wait |= entries.orphaned.contains(&entry.number),
                Standing::Unknown(_) => unknown = unknown.or(Some(entry)),
            }
        }
        if let Some(entry) = unknown {
            return Ok(Admission::Unknown(Box::new(entry.clone())));
        }
        if wait {
            return Ok(Admission::Wait);
        }
        if entries.all.len() >= MAX_UNSETTLED {
            let unknown = entries.all.iter().all(|entry| entries.is_stuck(entry));
            return Ok(Admission::Full { unknown });
        }
        let number = entries.next;
        entries.next += 1;
        entries.all.push(Unsettled {
            number,
            sent_at: sent_at.to_owned(),
            key: key.to_owned(),
            request: request.clone(),
            state: Standing::InFlight,
        });
        entries.version += 1;
        let version = entries.version;
        drop(guard);
        if let Err(error) = self.save(version) {
            let mut entries = self.entries();
            entries.remove(number);
            entries.version += 1;
            return Err(error);
        }
        Ok(Admission::Free(number))
    }

    /// Settles a create: `id` is that of its prediction, `None` if there is none. The prediction is on
    /// its way to the create's client until it is [delivered](Self::delivered); if its client has gone,
    /// the next equal create gets it.
    pub(super) fn settle(&self, number: u64, id: Option<&str>) -> io::Result<()> {
        self.change(|entries| match id {
            Some(id) => entries.found(number, id, true),
            None => entries.remove(number),
        })
    }

    /// Whether the client of a create has gone.
    pub(super) fn is_orphaned(&self, number: u64) -> bool {
        self.entries().orphaned.contains(&number)
    }

    /// Whether a create with this key is on its way.
    pub(super) fn is_in_flight(&self, key: &str) -> bool {
        let entries = self.entries();
        entries.all.iter().any(|entry| entry.key == key && entry.state == Standing::InFlight)
    }

    /// Whether an equal create other than this one is on its way.
    pub(super) fn has_equal_in_flight(&self, create: &Unsettled) -> bool {
        self.entries().all.iter().any(|entry| {
            entry.key == create.key
                && entry.number != create.number
                && entry.state == Standing::InFlight
        })
    }

    /// Marks a create as of unknown outcome.
    pub(super) fn unknown(&self, number: u64, why: &str) -> io::Result<()> {
        self.change(|entries| {
            if let Some(entry) = entries.all.iter_mut().find(|entry| entry.number == number) {
                entry.state = Standing::Unknown(why.to_owned());
            }
        })
    }

    /// Notes that the prediction of a create of unknown outcome was found. `waits` says whether its
    /// own client waits for it. Returns whether the create was still unknown.
    pub(super) fn recovered(&self, number: u64, id: &str, waits: bool) -> (bool, io::Result<()>) {
        let mut news = false;
        let saved = self.change(|entries| {
            let open = |entry: &Unsettled| {
                entry.number == number && matches!(entry.state, Standing::Unknown(_))
            };
            news = entries.all.iter().any(open);
            if news {
                entries.found(number, id, waits);
            }
        });
        (news, saved)
    }

    /// A client has the prediction of a create, or is about to.
    pub(super) fn delivered(&self, number: u64) -> io::Result<()> {
        if !self.entries().delivering.contains(&number) {
            return Ok(());
        }
        self.change(|entries| entries.remove(number))
    }

    /// A client of a create has gone without its response.
    pub(super) fn orphan(&self, number: u64) {
        let mut entries = self.entries();
        if !entries.delivering.remove(&number) {
            let open = |entry: &Unsettled| {
                entry.number == number && !matches!(entry.state, Standing::Found(_))
            };
            if entries.all.iter().any(open) {
                entries.orphaned.insert(number);
            }
        }
        drop(entries);
        self.changed();
    }

    /// Allows a create again. Returns whether there was one of this number that is not in flight.
    pub(super) fn allow(&self, number: u64) -> io::Result<bool> {
        let mut found = false;
        self.change(|entries| {
            let settled =
                |entry: &Unsettled| entry.number == number && entry.state != Standing::InFlight;
            found = entries.all.iter().any(settled);
            if found {
                entries.remove(number);
            }
        })?;
        Ok(found)
    }

    pub(super) fn all(&self) -> Vec<Unsettled> {
        self.entries().all.clone()
    }

    fn change(&self, change: impl FnOnce(&mut Entries)) -> io::Result<()> {
        let mut entries = self.entries();
        change(&mut entries);
        entries.version += 1;
        let version = entries.version;
        drop(entries);
        let saved = self.save(version);
        self.changed();
        saved
    }

    fn changed(&self) {
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
    }
}

impl Entries {
    /// Whether a create stays until a person settles it, or an equal one comes.
    fn is_stuck(&self, entry: &Unsettled) -> bool {
        entry.state != Standing::InFlight && !self.delivering.contains(&entry.number)
    }

    fn remove(&mut self, number: u64) {
        self.all.retain(|entry| entry.number != number);
        self.orphaned.remove(&number);
        self.delivering.remove(&number);
    }

    /// Its prediction is known. `waits` says whether its client waits for it.
    fn found(&mut self, number: u64, id: &str, waits: bool) {
        let gone = self.orphaned.remove(&number);
        if let Some(entry) = self.all.iter_mut().find(|entry| entry.number == number) {
            entry.state = Standing::Found(id.to_owned());
            if waits && !gone {
                self.delivering.insert(number);
            }
        }
    }
}

impl Unsettled {
    pub(super) fn target(&self) -> Target {
        Target::of(&self.request)
    }
}
