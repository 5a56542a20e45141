//! A stream of the async client, read by a thread that waits for each item.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::client::blocking::worker::Worker;
use crate::error::Error;

/// Items as they come; [`next`](Iterator::next) blocks until there is one.
///
/// Nothing happens unless it is read. It ends after the first error that a stream of the async
/// client would end with, and when it is read inside an async task: after an
/// [`Error::Configuration`] it is as if it had been dropped.
#[must_use = "iterators do nothing unless they are read"]
pub struct Iter<T> {
    // Dropped first, as a client is before its worker. Gone when it is over.
    stream: Option<BoxStream<'static, Result<T, Error>>>,
    worker: Arc<Worker>,
}

impl<T> fmt::Debug for Iter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("over", &self.stream.is_none()).finish_non_exhaustive()
    }
}

impl<T> Iter<T> {
    pub(super) fn new(
        stream: impl Stream<Item = Result<T, Error>> + Send + 'static,
        worker: &Arc<Worker>,
    ) -> Self {
        Self { stream: Some(stream.boxed()), worker: Arc::clone(worker) }
    }
}

impl<T> Iterator for Iter<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.worker.block_on(self.stream.as_mut()?.next());
        let next = next.unwrap_or_else(|refused| {
            self.stream = None;
            Some(Err(refused))
        });
        if next.is_none() {
            self.stream = None;
        }
        next
    }
}

impl<T> FusedIterator for Iter<T> {}
