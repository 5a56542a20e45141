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
/// Most creates of unknown outcome; then all are refused.
const MAX_UNKNOWN: usize = 1000;
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
    /// Its prediction was found, or came when its client had gone: the next equal create gets it.
    Found(String),
}

/// What an equal create meets.
#[derive(Debug)]
pub(super) enum Admission {
    /// Nothing: it may be sent, under this number.
    Free(u64),
    /// A prediction that is its own from now on.
    Found(String),
    /// A create whose client has gone, and which is not answered yet.
    Wait,
    /// A create of unknown outcome.
    Unknown(Box<Unsettled>),
}

#[derive(Debug)]
struct Entries {
    all: Vec<Unsettled>,
    next: u64,
    /// Those in flight whose client has gone.
    orphaned: HashSet<u64>,
    /// Those that were accepted and whose response is on its way to the client.
    answered: Vec<Unsettled>,
}

/// The unsettled creates.
pub(super) struct Ledger {
    path: PathBuf,
    entries: Mutex<Entries>,
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
        let (orphaned, answered) = (HashSet::new(), Vec::new());
        let entries = Mutex::new(Entries { all, next, orphaned, answered });
        let ledger = Self { path, entries, changes: watch::Sender::new(0) };
        ledger.save(&ledger.entries()).map_err(|error| Error::Recording {
            path: ledger.path.clone(),
            why: error.to_string(),
        })?;
        Ok(ledger)
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn save(&self, entries: &Entries) -> io::Result<()> {
        if entries.all.is_empty() && !self.path.exists() {
            return Ok(());
        }
        let mut text = String::new();
        for entry in &entries.all {
            text.push_str(&serde_json::to_string(entry).map_err(io::Error::other)?);
            text.push('\n');
        }
        write_atomically(&self.path, text.as_bytes())
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
        let mut entries = self.entries();
        let found =
            |entry: &Unsettled| entry.key == key && matches!(entry.state, Standing::Found(_));
        if let Some(at) = entries.all.iter().position(found) {
            let entry = entries.all.remove(at);
            self.save(&entries)?;
            let Standing::Found(id) = &entry.state else { return Ok(Admission::Wait) };
            return Ok(Admission::Found(id.clone()));
        }
        let equal = entries.all.iter().filter(|entry| entry.key == key);
        let mut orphaned = false;
        for entry in equal {
            match entry.state {
                Standing::Unknown(_) => return Ok(Admission::Unknown(Box::new(entry.clone()))),
                _ => orphaned |= entries.orphaned.contains(&entry.number),
            }
        }
        if orphaned {
            return Ok(Admission::Wait);
        }
        if entries.all.len() >= MAX_UNKNOWN {
            let why = format!("there are {MAX_UNKNOWN} unsettled creates");
            return Err(io::Error::other(why));
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
        if let Err(error) = self.save(&entries) {
            entries.all.pop();
            return Err(error);
        }
        Ok(Admission::Free(number))
    }

    /// Settles a create: `id` is that of its prediction, `None` if there is none. If its client has
    /// gone, the next equal create gets the prediction.
    pub(super) fn settle(&self, number: u64, id: Option<&str>) -> io::Result<()> {
        self.change(|entries| {
            let Some(at) = entries.all.iter().position(|entry| entry.number == number) else {
                return;
            };
            let orphaned = entries.orphaned.remove(&number);
            match id {
                Some(id) => {
                    let mut entry = entries.all[at].clone();
                    entry.state = Standing::Found(id.to_owned());
                    if orphaned {
                        entries.all[at] = entry;
                    } else {
                        entries.all.remove(at);
                        entries.answered.push(entry);
                    }
                }
                None => drop(entries.all.remove(at)),
            }
        })
    }

    /// Whether the client of a create has gone.
    pub(super) fn is_orphaned(&self, number: u64) -> bool {
        self.entries().orphaned.contains(&number)
    }

    /// Marks a create as of unknown outcome.
    pub(super) fn unknown(&self, number: u64, why: &str) -> io::Result<()> {
        self.change(|entries| {
            entries.orphaned.remove(&number);
            if let Some(entry) = entries.all.iter_mut().find(|entry| entry.number == number) {
                entry.state = Standing::Unknown(why.to_owned());
            }
        })
    }

    /// Notes that the prediction of a create of unknown outcome was found. Returns whether it was
    /// still unknown.
    pub(super) fn recovered(&self, number: u64, id: &str) -> io::Result<bool> {
        let mut news = false;
        self.change(|entries| {
            let entry = entries.all.iter_mut().find(|entry| entry.number == number);
            if let Some(entry) = entry.filter(|entry| matches!(entry.state, Standing::Unknown(_))) {
                entry.state = Standing::Found(id.to_owned());
                news = true;
            }
        })?;
        Ok(news)
    }

    /// The client of a create has its response, or is about to.
    pub(super) fn delivered(&self, number: u64) -> io::Result<()> {
        let mut entries = self.entries();
        entries.answered.retain(|entry| entry.number != number);
        let delivered =
            |entry: &Unsettled| entry.number == number && matches!(entry.state, Standing::Found(_));
        if !entries.all.iter().any(delivered) {
            return Ok(());
        }
        entries.all.retain(|entry| !delivered(entry));
        self.save(&entries)
    }

    /// The client of a create has gone without its response.
    pub(super) fn orphan(&self, number: u64) -> io::Result<()> {
        self.change(|entries| {
            if let Some(at) = entries.answered.iter().position(|entry| entry.number == number) {
                let entry = entries.answered.remove(at);
                entries.all.push(entry);
            } else if entries
                .all
                .iter()
                .any(|entry| entry.number == number && entry.state == Standing::InFlight)
            {
                entries.orphaned.insert(number);
            }
        })
    }

    /// Gives a prediction back that an equal create was to get, and did not.
    pub(super) fn put_back(&self, key: &str, sent_at: &str, request: &RecordedRequest, id: &str) {
        let _ = self.change(|entries| {
            let number = entries.next;
            entries.next += 1;
            entries.all.push(Unsettled {
                number,
                sent_at: sent_at.to_owned(),
                key: key.to_owned(),
                request: request.clone(),
                state: Standing::Found(id.to_owned()),
            });
        });
    }

    /// Allows a create again. Returns whether there was one of this number that is not in flight.
    pub(super) fn allow(&self, number: u64) -> io::Result<bool> {
        let mut found = false;
        self.change(|entries| {
            entries.all.retain(|entry| {
                let this = entry.number == number && entry.state != Standing::InFlight;
                found |= this;
                !this
            });
        })?;
        Ok(found)
    }

    pub(super) fn all(&self) -> Vec<Unsettled> {
        self.entries().all.clone()
    }

    fn change(&self, change: impl FnOnce(&mut Entries)) -> io::Result<()> {
        let mut entries = self.entries();
        change(&mut entries);
        let saved = self.save(&entries);
        drop(entries);
        self.changes.send_modify(|count| *count = count.wrapping_add(1));
        saved
    }
}

impl Unsettled {
    pub(super) fn target(&self) -> Target {
        Target::of(&self.request)
    }
}
