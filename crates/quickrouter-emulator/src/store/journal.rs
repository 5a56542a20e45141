//! The journal: takes what is to be kept, in order, and has it written by a thread of its own.

use super::queue::{Batch, Change, Key, Row, RowValue, Table};
use super::ticket::{NotKept, Ticket, Waiter};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// Keeps rows in a database, or nothing at all. Clones share it. It is closed with its last clone.
#[derive(Clone, Default)]
pub(crate) struct Journal {
    pub(super) open: Option<Arc<Open>>,
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.keeps() { "Journal(open)" } else { "Journal(none)" })
    }
}

/// An open journal.
pub(super) struct Open {
    pub(super) shared: Arc<JournalShared>,
    pub(super) by_thread: bool,
    pub(super) thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the journal and its thread share.
#[derive(Default)]
pub(super) struct JournalShared {
    queue: Mutex<Queue>,
    pub(super) work: Condvar,
}

#[derive(Default)]
pub(super) struct Queue {
    pub(super) next: Batch,
    pub(super) closed: bool,
}

impl Journal {
    /// Whether anything is kept.
    pub(crate) fn keeps(&self) -> bool {
        self.open.is_some()
    }

    /// Sets a row, sooner or later. Call it with the mutex of what it is about locked, so that the
    /// last one called is the last one written.
    pub(crate) fn put(&self, table: Table, key: u64, row: impl Row + 'static) {
        if let Some(open) = &self.open {
            open.shared.row((table, key), Some(Arc::new(row)));
        }
    }

    /// Removes a row, sooner or later.
    pub(crate) fn remove(&self, table: Table, key: u64) {
        if let Some(open) = &self.open {
            open.shared.row((table, key), None);
        }
    }

    /// Writes a change, together with all that came before; it is given up if that fails.
    pub(crate) fn commit(&self, change: impl FnOnce() -> Change) -> Ticket {
        self.awaited(|batch, waiter| batch.changes.push((change(), waiter)))
    }

    /// Writes all that came before.
    pub(crate) fn flush(&self) -> Ticket {
        self.awaited(|batch, waiter| batch.flushes.push(waiter))
    }

    fn awaited(&self, add: impl FnOnce(&mut Batch, Waiter)) -> Ticket {
        let Some(open) = &self.open else { return Ticket::none() };
        let (waiter, ticket) = Ticket::new(open.by_thread);
        let mut queue = open.shared.queue();
        if queue.closed {
            let _ = waiter.send(Err(NotKept::new("the emulator is stopping")));
        } else {
            add(&mut queue.next, waiter);
            open.shared.work.notify_one();
        }
        ticket
    }

    /// Writes all that came before, and closes the database. Waits for it.
    pub(crate) fn close(&self) {
        if let Some(open) = &self.open {
            open.close();
        }
    }
}

impl Open {
    fn close(&self) {
        self.shared.queue().closed = true;
        self.shared.work.notify_one();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that keeps the state panicked");
        }
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.close();
    }
}

impl JournalShared {
    pub(super) fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn row(&self, key: Key, value: RowValue) {
        let mut queue = self.queue();
        if !queue.closed {
            queue.next.rows.insert(key, value);
            self.work.notify_one();
        }
    }
}
