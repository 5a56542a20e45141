//! [`FileStore`]: requests in one file of the user's.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use crate::budget::{Limits, Spent};
use crate::store::event::Event;
use crate::store::journal::{Journal, Locked, lock_limit};
use crate::store::{Arming, Change, NewRequest, Record, RequestStore, State, StoreError};

/// How many stores this process has opened.
static OPENED: AtomicU64 = AtomicU64::new(0);

/// A store in one file, which only its owner can read. Several servers, also of several processes, may
/// share it.
///
/// The file has one JSON object a line, and none is ever changed. Each is on the disk before what it says
/// is acted on; a line that a crash cut short counts as none.
pub struct FileStore {
    journal: Arc<Mutex<Journal>>,
    instance: String,
}

impl FileStore {
    /// Opens or creates the file for the gateway with this origin, such as `https://api.example`.
    ///
    /// # Errors
    /// The file cannot be read or written, is not of this format, or belongs to another gateway.
    pub fn open(path: impl AsRef<Path>, gateway: &str) -> Result<Self, StoreError> {
        let journal = Arc::new(Mutex::new(Journal::open(path.as_ref(), gateway)?));
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let now = jiff::Timestamp::now().as_millisecond();
        Ok(Self { journal, instance: format!("{}-{now}-{number}", std::process::id()) })
    }

    /// Does something while the file is locked.
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Locked<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> BoxFuture<'static, Result<T, StoreError>> {
        let journal = Arc::clone(&self.journal);
        // From here on, so that those who wait for each other do not wait one after another.
        let latest = lock_limit();
        let locked = move || {
            let mut journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut journal.lock(latest)?)
        };
        async move {
            let done = tokio::task::spawn_blocking(locked).await;
            done.unwrap_or_else(|error| Err(StoreError::Other(error.to_string())))
        }
        .boxed()
    }
}

impl RequestStore for FileStore {
    fn instance(&self) -> &str {
        &self.instance
    }

    fn arm(
        &self,
        request: NewRequest,
        limits: Limits,
    ) -> BoxFuture<'_, Result<Arming, StoreError>> {
        let by = self.instance.clone();
        self.with(move |file| {
            match file.records().find(&request.request_id) {
                Some(known) if known.state != State::Released => {
                    return Ok(Arming::Known(known.clone()));
                }
                _ => {}
            }
            let now = SystemTime::now();
            if let Err(exceeded) =
                limits.check(&file.records().spent(&limits, now), &request.reservation)
            {
                return Ok(Arming::Exceeded(exceeded));
            }
            file.append(Event::armed(&request, &by, now))?;
            Ok(Arming::Armed)
        })
    }

    fn change<'a>(
        &'a self,
        request_id: &'a str,
        change: Change,
    ) -> BoxFuture<'a, Result<(), StoreError>> {
        let event = Event::changed(request_id, change);
        self.with(move |file| file.append(event))
    }

    fn find<'a>(
        &'a self,
        request_id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        let request_id = request_id.to_owned();
        self.with(move |file| Ok(file.records().find(&request_id).cloned()))
    }

    fn find_prediction<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>> {
        let id = id.to_owned();
        self.with(move |file| Ok(file.records().find_prediction(&id).cloned()))
    }

    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.with(|file| Ok(file.records().unfinished()))
    }

    fn spent(&self, limits: Limits) -> BoxFuture<'_, Result<Spent, StoreError>> {
        self.with(move |file| Ok(file.records().spent(&limits, SystemTime::now())))
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("instance", &self.instance).finish_non_exhaustive()
    }
}
