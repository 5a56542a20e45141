//! [`Iter`]: a stream of the async client as a blocking iterator.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use futures_util::stream::{BoxStream, Stream, StreamExt};

use crate::client::blocking::worker::Worker;
use crate::error::Error;

/// A blocking iterator; [`next`](Iterator::next) blocks until there is an item.
///
/// It does nothing unless it is read. It ends after an error that would end the stream of the async
/// client. Read inside an async task, it yields an [`Error::Configuration`] and is then the same as
/// dropped.
#[must_use = "iterators do nothing unless they are read"]
pub struct Iter<T> {
    // Dropped before its worker, like a client. `None` once it has ended.
    stream: Option<BoxStream<'static, Result<T, Error>>>,
    worker: Arc<Worker>,
}

impl<T> fmt::Debug for Iter<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Iter").field("ended", &self.stream.is_none()).finish_non_exhaustive()
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
