//! A future that sends items while it runs, as a stream.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::error::Error;

/// A future and the items it has sent. Lazy: nothing runs unless polled.
pub(crate) struct WorkStream<T> {
    future: Option<BoxFuture<'static, Result<(), Error>>>,
    sent: mpsc::UnboundedReceiver<T>,
    error: Option<Error>,
}

/// The sending half, passed to the future.
pub(crate) struct Sender<T>(mpsc::UnboundedSender<T>);

impl<T> Sender<T> {
    pub(crate) fn send(&self, item: T) {
        // Fails only if the stream has been dropped.
        let _ = self.0.send(item);
    }
}

impl<T> WorkStream<T> {
    pub(crate) fn of<F>(start: impl FnOnce(Sender<T>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let (sender, sent) = mpsc::unbounded_channel();
        Self { future: Some(Box::pin(start(Sender(sender)))), sent, error: None }
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.future.is_none()
    }

    /// Yields the items sent, then the error that the future returned.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        // Drains the channel first, so that the future does not run ahead of its reader.
        if let Ok(item) = self.sent.try_recv() {
            return Poll::Ready(Some(Ok(item)));
        }
        if let Some(future) = &mut self.future
            && let Poll::Ready(result) = future.as_mut().poll(context)
        {
            self.error = result.err();
            self.future = None;
        }
        // The sender is dropped with the future, which ends the channel.
        match self.sent.poll_recv(context) {
            Poll::Ready(Some(item)) => Poll::Ready(Some(Ok(item))),
            Poll::Ready(None) => Poll::Ready(self.error.take().map(Err)),
            Poll::Pending => Poll::Pending,
        }
    }
}
