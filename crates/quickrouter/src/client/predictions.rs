//! Check, create, wait, cancel: each a step of its own.

use std::sync::Arc;
use std::time::Duration;

use crate::calls::detach;
use crate::calls::idempotent::Read;
use crate::client::Client;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::CreateRequest;
use crate::validate::finding::Warning;
use crate::wait::by_stream;
use crate::wait::events::{self, EventStream};
use crate::wait::poll::{self, Seen};
use crate::wait::run;
use crate::wait::schedule::{Began, Forecast};
use crate::wait::updates::Updates;

impl Client {
    /// Checks a request against the contract, as `create` does before it sends anything.
    ///
    /// # Errors
    /// [`Error::InputRefused`] with everything that is wrong.
    pub fn check(&self, request: impl Into<CreateRequest>) -> Result<Vec<Warning>, Error> {
        Ok(request.into().prepare(self.connection.gate.base_url())?.warnings)
    }

    /// Creates a prediction and waits until it is over: [`create`](Self::create), then
    /// [`wait`](Self::wait), within one deadline. When the deadline passes, a cancel is asked for;
    /// that takes up to 5 s more, and the error says whether it was confirmed.
    ///
    /// Dropping the future stops the waiting and not the prediction, which is billed all the same:
    /// see [`take_abandoned`](Self::take_abandoned), and
    /// [`CreateRequest::cancel_on_drop`](crate::CreateRequest::cancel_on_drop). A create that was
    /// not accepted by then is not sent again.
    ///
    /// # Errors
    /// Those of both steps.
    pub async fn run(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.connection.gate.base_url())?;
        run::run(Arc::clone(&self.connection), prepared, &mut |_, _| {}).await
    }

    /// Like [`run`](Self::run), as a stream of what is new: the prediction as it was created, and
    /// after every look.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), as the stream's last item.
    pub fn run_updates(&self, request: impl Into<CreateRequest>) -> Updates {
        let connection = Arc::clone(&self.connection);
        let prepared = request.into().prepare(connection.gate.base_url());
        Updates::of(|mut teller| async move {
            let told_from = Arc::clone(&connection);
            let seen = &mut |prediction: &Prediction, forecast: &Forecast| {
                teller.tell(prediction, forecast, &told_from);
            };
            run::run(connection, prepared?, seen).await
        })
    }

    /// Checks the input, then creates a prediction. Returns as soon as the gateway has answered,
    /// mostly long before there are outputs.
    ///
    /// It is sent again only when the first is certain not to have been accepted: no connection
    /// was made, the server certified that it has not processed the request (HTTP/2), or the answer
    /// was 429 or 503; [`DECISIONS`](crate::DECISIONS) has every case. When the outcome is unknown it
    /// is looked for once, which takes up to 5 s, also after the deadline.
    ///
    /// An attempt that is in flight when this future is dropped goes on in a task of its own, and what
    /// it created is in [`take_abandoned`](Self::take_abandoned).
    ///
    /// # Errors
    /// [`Error::InputRefused`], [`Error::NotSent`], [`Error::Throttled`] and [`Error::Refused`] when no
    /// prediction was created; [`Error::OutcomeUnknown`] when that cannot be said.
    pub async fn create(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.connection.gate.base_url())?;
        let deadline = self.connection.wait.ends();
        Ok(detach::create(&self.connection, prepared, deadline).await?.prediction)
    }

    /// Predictions that were created by this client or a clone, and creates whose outcome is
    /// unknown, whose future was dropped before it was ready: each is given back once, with what is
    /// known of it. They are kept as long as the gateway keeps results.
    pub fn take_abandoned(&self) -> Vec<Result<Prediction, Error>> {
        self.connection.abandoned.take()
    }

    /// Looks at a prediction once.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id, [`Error::NotSent`], [`Error::Throttled`] or
    /// [`Error::Interrupted`] when no answer came.
    pub async fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Get(id).prediction(&self.connection, self.connection.wait.ends()).await
    }

    /// Waits until a prediction is over. It is never canceled by this. The first poll is at once;
    /// after that its log, and how long earlier predictions took, decide when to poll. Of one that
    /// was created elsewhere the age is known where the gateway sends `Date`.
    ///
    /// # Errors
    /// [`Error::PredictionFailed`] when it ended otherwise than succeeded, [`Error::Deadline`]
    /// when the [`WaitPolicy`](crate::WaitPolicy)'s deadline passed.
    pub async fn wait(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.watch(id, &mut |_, _| {}).await
    }

    /// Like [`wait`](Self::wait), as a stream of what is new after every look.
    ///
    /// # Errors
    /// Those of [`wait`](Self::wait), as the stream's last item.
    pub fn updates(&self, id: &PredictionId) -> Updates {
        let (client, id) = (self.clone(), id.clone());
        Updates::of(|mut teller| async move {
            let seen = &mut |prediction: &Prediction, forecast: &Forecast| {
                teller.tell(prediction, forecast, &client.connection);
            };
            client.watch(&id, seen).await
        })
    }

    /// What happens to a prediction, as it happens: its outputs (of a model of language, its text
    /// piece by piece) and its log, by the stream of server-sent events at `urls.stream`.
    ///
    /// The stream's URL is taken as it is given. The key goes along only where it is of the base
    /// URL's own origin. A connection that breaks is made again from the last event on, and nothing
    /// is told twice. Where there is no stream, where it fails again and again, or where an event has
    /// more than 16 MiB, the prediction is looked at as by [`updates`](Self::updates), and the same
    /// events are told: its log as it grows, its outputs at the end. A prediction that is over
    /// already is told as it is, without any request.
    ///
    /// # Errors
    /// As the stream's last item: [`Error::Deadline`] when the
    /// [`WaitPolicy`](crate::WaitPolicy)'s deadline passed, and those of [`get`](Self::get). That a
    /// prediction failed is no error but an event.
    pub fn stream(&self, prediction: &Prediction) -> EventStream {
        let (connection, prediction) = (Arc::clone(&self.connection), prediction.clone());
        EventStream::of(|tell| async move { events::tell(&connection, &prediction, tell).await })
    }

    async fn watch(&self, id: &PredictionId, seen: Seen<'_>) -> Result<Prediction, Error> {
        let deadline = self.connection.wait.ends();
        let mut forecast = Forecast::new(Began::Elsewhere, None);
        if self.connection.wait.is_by_stream() {
            let connection = &self.connection;
            return Box::pin(by_stream::from_id(connection, id, deadline, &mut forecast, seen))
                .await;
        }
        // Often it is over already, so the first look is at once.
        poll::watch(&self.connection, id, deadline, Duration::ZERO, &mut forecast, seen).await
    }

    /// Cancels a prediction. One that is over stays as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id or the gateway does not relay cancel,
    /// [`Error::NotSent`] or [`Error::Interrupted`] when no answer came.
    pub async fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Cancel(id).prediction(&self.connection, self.connection.wait.ends()).await
    }
}
