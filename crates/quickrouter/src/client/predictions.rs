//! Check, create, wait, cancel: each a step of its own.

use std::sync::Arc;
use std::time::Duration;

use crate::calls::detach;
use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::CreateRequest;
use crate::validate::finding::Warning;
use crate::wait::by_stream;
use crate::wait::events::{self, EventStream};
use crate::wait::poll::{self, Observer};
use crate::wait::run;
use crate::wait::schedule::{Created, Schedule};
use crate::wait::updates::Updates;

impl Client {
    /// Checks a request against the contract, as `create` does before it sends anything.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with everything that is wrong.
    pub fn check(&self, request: impl Into<CreateRequest>) -> Result<Vec<Warning>, Error> {
        Ok(request.into().prepare(self.context.gate.base_url())?.warnings)
    }

    /// Creates a prediction and waits until it is over: [`create`](Self::create), then
    /// [`wait`](Self::wait), within one deadline. When the deadline passes, a cancel is asked for;
    /// that takes up to 5 s more, and the error says whether it was confirmed.
    ///
    /// Dropping the future stops the waiting and not the prediction, which is billed all the same:
    /// see [`take_orphaned`](Self::take_orphaned), and
    /// [`CreateRequest::cancel_on_drop`](crate::CreateRequest::cancel_on_drop). A create that was
    /// not accepted by then is not sent again.
    ///
    /// # Errors
    /// Those of both steps.
    pub async fn run(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.context.gate.base_url())?;
        run::run(Arc::clone(&self.context), prepared, &mut |_, _| {}).await
    }

    /// Like [`run`](Self::run), as a stream of what is new: the prediction as it was created, and
    /// after every look.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), as the stream's last item.
    pub fn run_updates(&self, request: impl Into<CreateRequest>) -> Updates {
        let context = Arc::clone(&self.context);
        let prepared = request.into().prepare(context.gate.base_url());
        Updates::of(|mut sender| async move {
            let shared = Arc::clone(&context);
            let observer = &mut |prediction: &Prediction, schedule: &Schedule| {
                sender.send(prediction, schedule, &shared);
            };
            run::run(context, prepared?, observer).await
        })
    }

    /// Checks the input, then creates a prediction. Returns as soon as the gateway has answered,
    /// mostly long before there are outputs.
    ///
    /// It is sent again only when the first is certain not to have been accepted: no connection
    /// was made, the server certified that it has not processed the request (HTTP/2), or the answer
    /// was 429 or 503; [`RETRY_TABLE`](crate::RETRY_TABLE) has every case. When the outcome is unknown it
    /// is looked for once, which takes up to 5 s, also after the deadline.
    ///
    /// An attempt that is in flight when this future is dropped goes on in a task of its own, and what
    /// it created is in [`take_orphaned`](Self::take_orphaned).
    ///
    /// # Errors
    /// [`Error::InvalidInput`], [`Error::NotSent`], [`Error::RateLimited`] and [`Error::Api`] when no
    /// prediction was created; [`Error::OutcomeUnknown`] when that cannot be said.
    pub async fn create(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.context.gate.base_url())?;
        let deadline = self.context.wait.ends();
        Ok(detach::create(&self.context, prepared, deadline).await?.prediction)
    }

    /// Predictions that were created by this client or a clone, and creates whose outcome is
    /// unknown, whose future was dropped before it was ready: each is given back once, with what is
    /// known of it. They are kept as long as the gateway keeps results.
    pub fn take_orphaned(&self) -> Vec<Result<Prediction, Error>> {
        self.context.orphans.take()
    }

    /// Looks at a prediction once.
    ///
    /// # Errors
    /// [`Error::Api`] when there is none of this id, [`Error::NotSent`], [`Error::RateLimited`] or
    /// [`Error::Interrupted`] when no answer came.
    pub async fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        IdempotentCall::Get(id).prediction(&self.context, self.context.wait.ends()).await
    }

    /// Waits until a prediction is over. It is never canceled by this. The first poll is at once;
    /// after that its log, and how long earlier predictions took, decide when to poll. Of one that
    /// was created elsewhere the age is known where the gateway sends `Date`.
    ///
    /// # Errors
    /// [`Error::PredictionFailed`] when it ended otherwise than succeeded, [`Error::Deadline`]
    /// when the [`WaitPolicy`](crate::WaitPolicy)'s deadline passed.
    pub async fn wait(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.until_terminal(id, &mut |_, _| {}).await
    }

    /// Like [`wait`](Self::wait), as a stream of what is new after every look.
    ///
    /// # Errors
    /// Those of [`wait`](Self::wait), as the stream's last item.
    pub fn updates(&self, id: &PredictionId) -> Updates {
        let (client, id) = (self.clone(), id.clone());
        Updates::of(|mut sender| async move {
            let observer = &mut |prediction: &Prediction, schedule: &Schedule| {
                sender.send(prediction, schedule, &client.context);
            };
            client.until_terminal(&id, observer).await
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
        let (context, prediction) = (Arc::clone(&self.context), prediction.clone());
        EventStream::of(
            |sender| async move { events::forward(&context, &prediction, sender).await },
        )
    }

    async fn until_terminal(
        &self,
        id: &PredictionId,
        observer: Observer<'_>,
    ) -> Result<Prediction, Error> {
        let deadline = self.context.wait.ends();
        let mut schedule = Schedule::new(Created::Elsewhere, None);
        if self.context.wait.is_by_stream() {
            let context = &self.context;
            return Box::pin(by_stream::from_id(context, id, deadline, &mut schedule, observer))
                .await;
        }
        // Often it is over already, so the first look is at once.
        poll::until_terminal(&self.context, id, deadline, Duration::ZERO, &mut schedule, observer)
            .await
    }

    /// Cancels a prediction. One that is over stays as it is.
    ///
    /// # Errors
    /// [`Error::Api`] when there is none of this id or the gateway does not relay cancel,
    /// [`Error::NotSent`] or [`Error::Interrupted`] when no answer came.
    pub async fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        IdempotentCall::Cancel(id).prediction(&self.context, self.context.wait.ends()).await
    }
}
