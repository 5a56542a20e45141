//! The thread that writes: it takes all that has queued up, and commits it at once.

use super::disk::{Disk, Loaded, Opener};
use super::journal::{Journal, JournalShared, Open, Queue};
use super::queue::Batch;
use super::ticket::NotKept;
use crate::error::Error;
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// After a failed write, what nobody waits for is written again after this time.
const AGAIN: Duration = Duration::from_secs(1);

impl Journal {
    /// Opens the database in a folder, creates both if necessary, and reads all rows. With
    /// `by_thread` its tickets can be awaited on a paused clock.
    ///
    /// # Errors
    /// [`Error::State`].
    pub(crate) fn open(
        folder: &Path,
        id_seed: u64,
        by_thread: bool,
    ) -> Result<(Self, Loaded), Error> {
        let opener = Opener::folder(folder)?;
        Self::with(opener, id_seed, by_thread)
    }

    pub(super) fn with(
        opener: Opener,
        id_seed: u64,
        by_thread: bool,
    ) -> Result<(Self, Loaded), Error> {
        let shared = Arc::new(JournalShared::default());
        let (sender, receiver) = channel();
        let failed = opener.failed();
        let writing = Arc::clone(&shared);
        let thread = thread::Builder::new().name("emulator-state".into()).spawn(move || {
            let ending = Ending(writing);
            let disk = Disk::open(opener, id_seed).map(|(disk, loaded)| {
                let _ = sender.send(Ok(loaded));
                disk
            });
            match disk {
                Ok(disk) => run(&ending.0, disk),
                Err(error) => drop(sender.send(Err(error))),
            }
        });
        let thread = thread.map_err(|error| failed(&error.to_string()))?;
        match receiver.recv() {
            Ok(Ok(loaded)) => {
                let thread = Mutex::new(Some(thread));
                let open = Arc::new(Open { shared, by_thread, thread });
                Ok((Self { open: Some(open) }, loaded))
            }
            Ok(Err(error)) => {
                // Joined, so that the file is closed.
                let _ = thread.join();
                Err(error)
            }
            // The database's own code panicked at what it read.
            Err(_) => Err(failed("it is damaged; move it away to begin anew")),
        }
    }
}

/// Lets nobody wait for a thread that has ended.
struct Ending(Arc<JournalShared>);

impl Drop for Ending {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.closed = true;
        queue.next = Batch::default();
    }
}

fn run(shared: &JournalShared, mut disk: Disk) {
    let mut failing = false;
    while let Some(batch) = shared.next(failing) {
        let closed = shared.queue().closed;
        failing = shared.write(&mut disk, batch);
        if failing && closed {
            tracing::error!("some of the latest changes were not written");
            return;
        }
    }
}

impl JournalShared {
    /// Waits for something to write; `None` when the journal is closed and all is written.
    fn next(&self, failing: bool) -> Option<Batch> {
        let mut queue = self.queue();
        if failing && !queue.closed {
            let waiting = |queue: &mut Queue| !queue.closed && !queue.next.is_awaited();
            let waited = self.work.wait_timeout_while(queue, AGAIN, waiting);
            queue = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        let idle = |queue: &mut Queue| !queue.closed && queue.next.is_empty();
        queue = self.work.wait_while(queue, idle).unwrap_or_else(PoisonError::into_inner);
        (!queue.next.is_empty()).then(|| std::mem::take(&mut queue.next))
    }

    /// Writes a batch, and reports to all who wait for it; returns whether rows are left.
    fn write(&self, disk: &mut Disk, batch: Batch) -> bool {
        let Batch { mut rows, changes, flushes } = batch;
        let (changes, waiters): (Vec<_>, Vec<_>) = changes.into_iter().unzip();
        let Err(failure) = disk.write(&rows, &changes) else {
            Batch::report(waiters.into_iter().chain(flushes), &Ok(()));
            return false;
        };
        tracing::error!(why = &*failure.why, "the state cannot be written");
        // What is given up must not come back if it was written after all.
        if failure.uncertain {
            let keys = changes.iter().flat_map(|change| &change.rows).map(|(key, _)| *key);
            rows.extend(keys.map(|key| (key, None)));
        }
        let cleared = disk.write(&rows, &[]);
        let uncertain = failure.uncertain && cleared.is_err();
        Batch::report(waiters, &Err(NotKept { uncertain, ..failure }));
        Batch::report(flushes, &cleared);
        if cleared.is_err() {
            self.queue().next.add_older(rows);
        }
        cleared.is_err()
    }
}
