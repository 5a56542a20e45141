//! What outlives the process: rows of bytes in an embedded database, written by one thread, which
//! commits all that has queued up in one transaction. It knows nothing of what the rows mean.

#![cfg_attr(
    not(feature = "state"),
    allow(dead_code, reason = "without the feature none is opened")
)]

#[cfg(feature = "state")]
mod disk;
mod folder;
mod journal;
mod queue;
mod ticket;
#[cfg(feature = "state")]
mod writer;

#[cfg(feature = "state")]
pub(crate) use disk::Loaded;
pub(crate) use folder::sync_folder;
pub(crate) use journal::Journal;
pub(crate) use queue::{Change, JsonRow, Row, Table};
pub(crate) use ticket::{NotKept, Ticket};

#[cfg(all(test, feature = "state"))]
mod crashes;
