//! [`Updates`]: a prediction's progress as a stream.

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

/// The state of a prediction after a poll or a stream event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Update {
    /// The prediction as last received; when waiting by stream, with the log received since.
    pub prediction: Prediction,
    /// Percentage of all steps completed, 0 to 100, if the log shows it. A refiner's steps are
    /// included if the contract knows of them.
    pub percent: Option<f64>,
    /// Estimated time remaining, if the log or earlier predictions of the same model allow an
    /// estimate.
    pub remaining: Option<Duration>,
    /// The part of the log added since the last update.
    pub new_logs: String,
}

impl Update {
    /// Returns the prediction's status.
    pub fn status(&self) -> &Status {
        self.prediction.status()
    }
}

/// A stream of updates of one prediction: one after the create and one after every poll.
///
/// Lazy: nothing happens unless it is polled. Drop it instead of keeping it unpolled, because it
/// may hold back other requests of its client. It ends with the update of a prediction that
/// succeeded, or with an error. Dropping it is like dropping the future of
/// [`Client::run`](crate::Client::run) or [`Client::wait`](crate::Client::wait).
#[must_use = "streams do nothing unless they are read"]
pub struct Updates(WorkStream<Update>);

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("finished", &self.0.is_finished()).finish_non_exhaustive()
    }
}

impl Updates {
    /// Creates a stream of the updates that `work` sends.
    pub(crate) fn of<F>(work: impl FnOnce(UpdateSender) -> F) -> Self
    where
        F: Future<Output = Result<Prediction, Error>> + Send + 'static,
    {
        // The last update already holds the final prediction.
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

/// Sends updates.
pub(crate) struct UpdateSender {
    sender: Sender<Update>,
    logs: String,
}

impl UpdateSender {
    pub(crate) fn send(&mut self, prediction: &Prediction, schedule: &Schedule, context: &Context) {
        let logs = prediction.logs();
        // A log that does not continue the previous one is reported in full.
        let new_logs = logs::after(logs, &self.logs).unwrap_or(logs).to_owned();
        logs.clone_into(&mut self.logs);
        let is_terminal = prediction.is_terminal();
        let update = Update {
            prediction: prediction.clone(),
            percent: schedule.percent(),
            remaining: if is_terminal { None } else { schedule.remaining(context) },
            new_logs,
        };
        self.sender.send(update);
    }
}
