//! A prediction on its way, as a stream of what is new.

use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};
use std::time::Duration;

use futures_util::stream::Stream;
use quickrouter_api::Status;

use crate::core::context::Context;
use crate::error::Error;
use crate::model::logs;
use crate::model::prediction::Prediction;
use crate::wait::channel::{Sender, WorkStream};
use crate::wait::schedule::Schedule;

/// What one look at a prediction showed, or its stream told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// The prediction, as it was answered; where it is waited for by its stream, with what that has
    /// told of the log since.
    pub prediction: Prediction,
    /// How much of all its steps is done, 0 to 100, where the log tells: a refiner's are counted
    /// too, where the contract knows of them.
    pub percent: Option<f64>,
    /// How much longer it will probably take, where the log or earlier predictions of the same
    /// model tell.
    pub remaining: Option<Duration>,
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
pub struct Updates(WorkStream<Update>);

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("over", &self.0.is_over()).finish_non_exhaustive()
    }
}

impl Updates {
    /// The updates of `work`, which is given the way to tell them.
    pub(crate) fn of<F>(work: impl FnOnce(UpdateSender) -> F) -> Self
    where
        F: Future<Output = Result<Prediction, Error>> + Send + 'static,
    {
        // How it ended well is what was told last.
        Self(WorkStream::of(|sender| {
            let work = work(UpdateSender { sender, logs: String::new() });
            async move { work.await.map(drop) }
        }))
    }
}

impl Stream for Updates {
    type Item = Result<Update, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.0.poll(task)
    }
}

/// Tells what is new.
pub(crate) struct UpdateSender {
    sender: Sender<Update>,
    logs: String,
}

impl UpdateSender {
    pub(crate) fn send(&mut self, prediction: &Prediction, schedule: &Schedule, context: &Context) {
        let logs = prediction.logs();
        // A log that does not go on from where it was is told as a whole.
        let new_logs = logs::after(logs, &self.logs).unwrap_or(logs).to_owned();
        logs.clone_into(&mut self.logs);
        let over = prediction.is_terminal();
        let update = Update {
            prediction: prediction.clone(),
            percent: schedule.percent(),
            remaining: if over { None } else { schedule.remaining(context) },
            new_logs,
        };
        self.sender.send(update);
    }
}
