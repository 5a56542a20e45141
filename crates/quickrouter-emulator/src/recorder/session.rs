//! The state of one recorder.

use crate::recorder::ledger::Ledger;
use crate::recorder::notice::Notice;
use crate::recorder::stream_sources::Streams;
use crate::recorder::tracked::Tracked;
use crate::recorder::upstream::Upstream;
use crate::recording::key::canonical_input;
use crate::state::memory_budget::MemoryBudget;
use crate::wire::paths::prefix;
use quickrouter_api::{Clock, routes};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How many uploaded files are remembered by their content.
const MAX_UPLOADS: usize = 10_000;
/// How many ids of predictions are remembered: more than a folder has recordings.
const MAX_IDS: usize = 1_000_000;

/// What the handlers and tasks of a recorder share.
pub(super) struct Session {
    pub(super) upstream: Upstream,
    pub(super) folder: PathBuf,
    /// The gateway's key and that of the clients, to be removed from all that is written.
    pub(super) keys: [SecretString; 2],
    pub(super) ledger: Arc<Ledger>,
    pub(super) clock: Clock,
    /// The recorder's own origin.
    pub(super) origin: String,
    pub(super) max_file_bytes: u64,
    /// How long running predictions may go on when the recorder stops.
    pub(super) grace: Duration,
    pub(super) creates_sent: AtomicU64,
    pub(super) body_budget: MemoryBudget,
    /// Canceled when the recorder stops.
    pub(super) closing: CancellationToken,
    pub(super) tasks: TaskTracker,
    pub(super) streams: Streams,
    tracked: Mutex<HashMap<String, Arc<Tracked>>>,
    /// The predictions that creates were answered with, of this run and in the folder.
    ids: Mutex<HashSet<String>>,
    /// The names of recordings of this run, in lower case.
    stems: Mutex<HashSet<String>>,
    /// Uploaded files, by their URL at the recorder and again by that at the gateway.
    uploads: Mutex<HashMap<String, Arc<UploadedFile>>>,
    on_notice: Arc<dyn Fn(&Notice) + Send + Sync>,
}

/// An uploaded file.
#[derive(Debug)]
pub(super) struct UploadedFile {
    /// Its URL at the gateway.
    pub(super) url: String,
    /// The digest of its content.
    pub(super) sha256: String,
}

/// What a session begins with.
pub(super) struct SessionSettings {
    pub(super) upstream: Upstream,
    pub(super) folder: PathBuf,
    pub(super) keys: [SecretString; 2],
    pub(super) ledger: Ledger,
    pub(super) clock: Clock,
    pub(super) origin: String,
    pub(super) max_file_bytes: u64,
    pub(super) grace: Duration,
    pub(super) on_notice: Arc<dyn Fn(&Notice) + Send + Sync>,
}

/// Memory for request bodies in progress, in bytes.
const BUDGET: usize = 256 * 1024 * 1024;

impl Session {
    pub(super) fn new(settings: SessionSettings) -> Self {
        Self {
            upstream: settings.upstream,
            folder: settings.folder,
            keys: settings.keys,
            ledger: Arc::new(settings.ledger),
            clock: settings.clock,
            origin: settings.origin,
            max_file_bytes: settings.max_file_bytes,
            grace: settings.grace,
            creates_sent: AtomicU64::new(0),
            body_budget: MemoryBudget::new(BUDGET, 0),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
            streams: Streams::default(),
            tracked: Mutex::default(),
            ids: Mutex::default(),
            stems: Mutex::default(),
            uploads: Mutex::default(),
            on_notice: settings.on_notice,
        }
    }

    /// The key that clients send.
    pub(super) fn client_key(&self) -> &str {
        self.keys[1].expose_secret()
    }

    /// The recorder's own base URL.
    pub(super) fn base(&self) -> String {
        format!("{}{}", self.origin, prefix())
    }

    pub(super) fn notice(&self, notice: &Notice) {
        (self.on_notice)(notice);
    }

    pub(super) fn trouble(&self, what: impl Into<String>) {
        self.notice(&Notice::Trouble(what.into()));
    }

    /// Runs what may write the ledger, on a thread for what blocks.
    pub(super) async fn with_ledger<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Ledger) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let ledger = Arc::clone(&self.ledger);
        let task = tokio::task::spawn_blocking(move || run(&ledger));
        task.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }

    /// Changes the ledger, and reports it if that cannot be written.
    pub(super) async fn change_ledger(
        &self,
        change: impl FnOnce(&Ledger) -> io::Result<()> + Send + 'static,
    ) {
        let changed = self.with_ledger(change).await;
        self.kept(changed);
    }

    /// Reports a ledger that cannot be written.
    pub(super) fn kept(&self, written: io::Result<()>) {
        if let Err(error) = written {
            self.trouble(format!("{} cannot be written: {error}", self.ledger.path().display()));
        }
    }

    pub(super) fn tracked(&self) -> MutexGuard<'_, HashMap<String, Arc<Tracked>>> {
        locked(&self.tracked)
    }

    /// Remembers the id of a prediction. Returns whether it is a new one.
    pub(super) fn remember_id(&self, id: &str) -> bool {
        let mut ids = locked(&self.ids);
        ids.len() >= MAX_IDS && !ids.contains(id) || ids.insert(id.to_owned())
    }

    pub(super) fn knows_id(&self, id: &str) -> bool {
        locked(&self.ids).contains(id)
    }

    /// A name for a recording and its files that no other one has: a gateway may use an id twice, and
    /// ids that differ may be one name.
    pub(super) fn own_stem(&self, wanted: &str) -> String {
        let (mut stem, mut number) = (wanted.to_owned(), 1);
        while self.folder.join(format!("{stem}.json")).exists()
            // Some file systems know no case.
            || !locked(&self.stems).insert(stem.to_ascii_lowercase())
        {
            number += 1;
            stem = format!("{wanted}-{number}");
        }
        stem
    }

    /// Remembers the content of a file by its URLs, here and at the gateway.
    pub(super) fn remember_upload(&self, own: String, file: UploadedFile) {
        let mut uploads = locked(&self.uploads);
        if uploads.len() < 2 * MAX_UPLOADS {
            let file = Arc::new(file);
            uploads.insert(file.url.clone(), Arc::clone(&file));
            uploads.insert(own, file);
        }
    }

    /// The digest of the uploaded file that a text is the URL of, at the gateway or here.
    pub(super) fn upload(&self, text: &str) -> Option<String> {
        locked(&self.uploads).get(text).map(|file| file.sha256.clone())
    }

    /// An input in the form in which inputs are compared.
    pub(super) fn canonical(&self, input: &Map<String, Value>) -> Value {
        canonical_input(input, &|text| self.upload(text))
    }

    /// Replaces the URLs of files at the recorder by those at the gateway. Returns whether there were
    /// any.
    pub(super) fn name_files_of_gateway(&self, value: &mut Value) -> bool {
        match value {
            Value::String(text) => {
                let below = text.strip_prefix(&self.base());
                let Some(below) = below.filter(|below| below.starts_with(routes::UPLOAD_FILE.path))
                else {
                    return false;
                };
                let known = locked(&self.uploads).get(text).map(|file| file.url.clone());
                *text = known.unwrap_or_else(|| format!("{}{below}", self.upstream.base()));
                true
            }
            Value::Array(items) => {
                items.iter_mut().fold(false, |any, item| self.name_files_of_gateway(item) | any)
            }
            Value::Object(items) => {
                items.values_mut().fold(false, |any, item| self.name_files_of_gateway(item) | any)
            }
            _ => false,
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
