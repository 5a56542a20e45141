//! Work that tells on its way what happens, as a stream.

use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::sync::mpsc;

use crate::error::Error;

/// The work, and what it has sent. Nothing happens unless it is polled.
pub(crate) struct WorkStream<T> {
    work: Option<BoxFuture<'static, Result<(), Error>>>,
    sent: mpsc::UnboundedReceiver<T>,
    ended: Option<Error>,
}

/// The way to tell.
pub(crate) struct Sender<T>(mpsc::UnboundedSender<T>);

impl<T> Sender<T> {
    pub(crate) fn send(&self, what: T) {
        // Nobody listens once the stream is dropped.
        let _ = self.0.send(what);
    }
}

impl<T> WorkStream<T> {
    pub(crate) fn of<F>(work: impl FnOnce(Sender<T>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        let (tell, sent) = mpsc::unbounded_channel();
        Self { work: Some(Box::pin(work(Sender(tell)))), sent, ended: None }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.work.is_none()
    }

    /// What was sent, then the error that the work ended with.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        // What was sent already comes first, so that no more is sent than is listened to.
        if let Ok(what) = self.sent.try_recv() {
            return Poll::Ready(Some(Ok(what)));
        }
        if let Some(work) = &mut self.work
            && let Poll::Ready(ended) = work.as_mut().poll(context)
        {
            self.ended = ended.err();
            self.work = None;
        }
        // With the work, the way to tell is gone: then nothing more comes.
        match self.sent.poll_recv(context) {
            Poll::Ready(Some(what)) => Poll::Ready(Some(Ok(what))),
            Poll::Ready(None) => Poll::Ready(self.ended.take().map(Err)),
            Poll::Pending => Poll::Pending,
        }
    }
}
