//! A prediction on its way, as a stream of what is new.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::Stream;
use quickrouter_api::Status;
use tokio::sync::mpsc;

use crate::connection::Connection;
use crate::error::Error;
use crate::forecast::Forecast;
use crate::prediction::Prediction;

/// What one look at a prediction showed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// The prediction, as it was answered.
    pub prediction: Prediction,
    /// How much of all its steps is done, 0 to 100, where the log tells: a refiner's are counted
    /// too, where the contract knows of them.
    pub percent: Option<f64>,
    /// How much longer it will probably take, where the log or earlier predictions of the same
    /// model tell.
    pub left: Option<Duration>,
    /// What the log says that it did not say the last time.
    pub new_logs: String,
}

impl Update {
    /// Where the prediction stands.
    pub fn status(&self) -> &Status {
        self.prediction.status()
    }
}

/// The updates of one prediction: after it was created, and after every look.
///
/// Nothing happens unless the stream is read; one that is kept and not read may even keep other
/// requests of its client waiting for their turn, so drop it. It ends with the update of a prediction that
/// succeeded, or with an error. Dropping it is like dropping the future of
/// [`Client::run`](crate::Client::run) or [`Client::wait`](crate::Client::wait).
#[must_use = "streams do nothing unless they are read"]
pub struct Updates {
    work: Option<BoxFuture<'static, Result<Prediction, Error>>>,
    told: mpsc::UnboundedReceiver<Update>,
    ended: Option<Error>,
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("over", &self.work.is_none()).finish_non_exhaustive()
    }
}

impl Updates {
    /// The updates of `work`, which is given the way to tell them.
    pub(crate) fn of<F>(work: impl FnOnce(Teller) -> F) -> Self
    where
        F: Future<Output = Result<Prediction, Error>> + Send + 'static,
    {
        let (tell, told) = mpsc::unbounded_channel();
        let work = work(Teller { tell, logs: String::new() });
        Self { work: Some(Box::pin(work)), told, ended: None }
    }
}

impl Stream for Updates {
    type Item = Result<Update, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(work) = &mut self.work
            && let Poll::Ready(ended) = work.as_mut().poll(context)
        {
            // How it ended well is what was told last.
            self.ended = ended.err();
            self.work = None;
        }
        // With the work, the way to tell is gone: then nothing more comes.
        match self.told.poll_recv(context) {
            Poll::Ready(Some(update)) => Poll::Ready(Some(Ok(update))),
            Poll::Ready(None) => Poll::Ready(self.ended.take().map(Err)),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Tells what is new.
pub(crate) struct Teller {
    tell: mpsc::UnboundedSender<Update>,
    logs: String,
}

impl Teller {
    pub(crate) fn tell(
        &mut self,
        prediction: &Prediction,
        forecast: &Forecast,
        connection: &Connection,
    ) {
        let logs = prediction.logs();
        // A log that does not go on from where it was is told as a whole.
        let new_logs = logs.strip_prefix(self.logs.as_str()).unwrap_or(logs).to_owned();
        logs.clone_into(&mut self.logs);
        let over = prediction.is_terminal();
        let past = connection.history.of(forecast.model());
        let update = Update {
            prediction: prediction.clone(),
            percent: forecast.percent(),
            left: if over { None } else { forecast.left(&past) },
            new_logs,
        };
        // Nobody listens once the stream is dropped.
        let _ = self.tell.send(update);
    }
}
