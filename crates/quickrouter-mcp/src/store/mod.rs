//! [`RequestStore`]: which request ids were used for what, and what they reserved.

mod event;
pub(crate) mod file;
mod journal;
mod records;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::time::SystemTime;

use futures_util::future::BoxFuture;

use crate::budget::{Exceeded, Limits, Reservation, Spent};

/// Remembers requests durably, and reserves their budget.
///
/// An implementation decides [`arm`](Self::arm) atomically, also among several processes: of two calls
/// with one request id a single one is armed, and the sum of all reservations stays within the limits.
/// What it has returned survives a crash. [`Limits::counts`], [`Spent::add`] and [`Limits::check`] do the
/// sums.
pub trait RequestStore: fmt::Debug + Send + Sync + 'static {
    /// Arms a request: reserves its budget and remembers its id, before its create is sent. An id that was
    /// [released](Change::Released) is armed again, with whatever arguments, as one that was never used.
    fn arm(&self, request: NewRequest, limits: Limits)
    -> BoxFuture<'_, Result<Arming, StoreError>>;

    /// Notes what became of an armed request.
    ///
    /// # Errors
    /// It cannot be noted, or the id was never armed.
    fn change<'a>(
        &'a self,
        request_id: &'a str,
        change: Change,
    ) -> BoxFuture<'a, Result<(), StoreError>>;

    /// The record of a request id, also of one that was released.
    fn find<'a>(&'a self, request_id: &'a str)
    -> BoxFuture<'a, Result<Option<Record>, StoreError>>;

    /// The record of a prediction's id.
    fn find_prediction<'a>(
        &'a self,
        id: &'a str,
    ) -> BoxFuture<'a, Result<Option<Record>, StoreError>>;

    /// The requests that are neither ended nor released, the one that was armed first first.
    fn unfinished(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>>;

    /// What is reserved in the window of `limits`: by every request that was armed in it, whatever became
    /// of it, except those that were released. It counts with the pictures that it reserved, or that it
    /// made if those are [more](Change::Counted).
    fn spent(&self, limits: Limits) -> BoxFuture<'_, Result<Spent, StoreError>>;
}

/// A request that is to be armed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// The id that the caller chose.
    pub request_id: String,
    /// A digest of the model and the arguments.
    pub fingerprint: String,
    /// The model, as it is sent.
    pub model: String,
    /// What it reserves.
    pub reservation: Reservation,
}

/// What arming a request led to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Arming {
    /// It is armed: the caller, and nobody else, sends its create once.
    Armed,
    /// The id was used before.
    Known(Record),
    /// It asks for more than is left.
    Exceeded(Exceeded),
}

/// What became of an armed request. A store has to keep each of these, so another one would be a breaking
/// change on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The gateway accepted it.
    Created {
        /// The prediction's id.
        id: String,
    },
    /// It is terminal, and what it made is saved.
    Ended {
        /// The prediction's status.
        status: String,
        /// The seed.
        seed: Option<i64>,
        /// The files.
        files: Vec<PathBuf>,
        /// Why it failed.
        failure: Option<String>,
    },
    /// The gateway certainly did not accept it: its reservation is returned, and it may be armed again.
    Released,
    /// It is unknown whether the gateway accepted it.
    Unknown,
    /// It made more pictures than were reserved: from now on it counts with these.
    Counted {
        /// The pictures.
        pictures: u64,
    },
}

/// How far a request is. Complete on purpose, as [`Change`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its create is about to be sent, or was sent and has no response yet.
    Armed,
    /// Its prediction exists.
    Created,
    /// Its prediction is terminal, and its outputs are saved.
    Ended,
    /// It was not accepted.
    Released,
    /// Whether it was accepted is unknown.
    Unknown,
}

/// What is remembered of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Record {
    /// What was armed, with the pictures that count.
    pub request: NewRequest,
    /// When it was armed.
    pub armed_at: SystemTime,
    /// How far it is.
    pub state: State,
    /// The prediction's id.
    pub id: Option<String>,
    /// The prediction's status, once it is terminal.
    pub status: Option<String>,
    /// The seed, once it is known.
    pub seed: Option<i64>,
    /// The saved files.
    pub files: Vec<PathBuf>,
    /// Why the prediction failed.
    pub failure: Option<String>,
}

impl Record {
    /// The record of a request that was armed at `armed_at`, of which nothing else is known.
    pub fn new(request: NewRequest, armed_at: SystemTime) -> Self {
        Self {
            request,
            armed_at,
            state: State::Armed,
            id: None,
            status: None,
            seed: None,
            files: Vec::new(),
            failure: None,
        }
    }
}

/// Why a store cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file's folder cannot be created.
    #[error("the folder {path} of the state file cannot be created: {source}", path = path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A line is not one of this format.
    #[error("{path}, line {line}: {reason}", path = path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// The file belongs to another gateway.
    #[error("{path} belongs to {found}, not to {expected}", path = path.display())]
    OtherGateway {
        /// The file.
        path: PathBuf,
        /// Its gateway.
        found: String,
        /// This server's gateway.
        expected: String,
    },
    /// The file was replaced or shortened while the server ran.
    #[error("{path} was replaced or shortened while the server ran", path = path.display())]
    Replaced {
        /// The file.
        path: PathBuf,
    },
    /// Another process holds the file.
    #[error("{path} is in use by another process", path = path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// Another error, of another store.
    #[error(transparent)]
    Other(#[from] Box<dyn std::error::Error + Send + Sync>),
}
