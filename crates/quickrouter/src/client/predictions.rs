//! The prediction methods: check, run, create, get, wait, stream, cancel.

use std::sync::Arc;
use std::time::Duration;

use crate::calls::detach;
use crate::calls::idempotent::IdempotentCall;
use crate::client::Client;
use crate::error::Error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::CreateRequest;
use crate::request::preview::RequestPreview;
use crate::validate::finding::Warning;
use crate::wait::by_stream;
use crate::wait::events::{self, EventStream};
use crate::wait::poll::{self, Observer};
use crate::wait::run;
use crate::wait::schedule::{Created, Schedule};
use crate::wait::updates::Updates;

impl Client {
    /// Checks a request against the contract, as [`create`](Self::create) does before sending
    /// anything.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] with every violation; [`Error::InvalidRequest`] if another part of
    /// the request is invalid.
    pub fn check(&self, request: impl Into<CreateRequest>) -> Result<Vec<Warning>, Error> {
        Ok(request.into().prepare(self.context.gate.base_url())?.warnings)
    }

    /// Shows a request as [`create`](Self::create) would send it, and sends nothing.
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    ///
    /// # Examples
    /// ```
    /// # fn show(client: &quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use quickrouter::inputs::SdxlInput;
    ///
    /// let preview = client.preview(SdxlInput::builder().prompt("a red door").build())?;
    /// println!("{} {}\n{:#}", preview.method, preview.url, preview.body);
    /// # Ok(())
    /// # }
    /// ```
    pub fn preview(&self, request: impl Into<CreateRequest>) -> Result<RequestPreview, Error> {
        Ok(request.into().prepare(self.context.gate.base_url())?.preview(self.base_url()))
    }

    /// Creates a prediction and waits until it is terminal: [`create`](Self::create), then
    /// [`wait`](Self::wait), within one deadline. When the deadline passes, a cancel is requested;
    /// this takes up to 5 s more, and the error says whether it was confirmed.
    ///
    /// Dropping the future stops waiting but does not stop the prediction, which is billed all the
    /// same: see [`take_orphaned`](Self::take_orphaned) and
    /// [`CreateRequest::cancel_on_drop`](crate::CreateRequest::cancel_on_drop). A create that has
    /// not been accepted by then is not retried.
    ///
    /// # Errors
    /// Those of [`create`](Self::create) and [`wait`](Self::wait).
    ///
    /// # Examples
    /// ```no_run
    /// # async fn run(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use quickrouter::inputs::SdxlInput;
    ///
    /// let input = SdxlInput::builder().prompt("a red door").width(768).height(768).build();
    /// let prediction = client.run(input).await?;
    /// println!("{:?}", prediction.outputs());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.context.gate.base_url())?;
        run::run(Arc::clone(&self.context), prepared, &mut |_, _| {}).await
    }

    /// Like [`run`](Self::run), as a stream of updates: one after the create and one after every
    /// poll.
    ///
    /// # Errors
    /// Those of [`run`](Self::run), as the stream's last item.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn progress(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use futures_util::StreamExt;
    /// use quickrouter::inputs::SdxlInput;
    ///
    /// let mut updates = client.run_updates(SdxlInput::builder().prompt("a red door").build());
    /// while let Some(update) = updates.next().await {
    ///     let update = update?;
    ///     println!("{}: {:?} %", update.status(), update.percent);
    /// }
    /// # Ok(())
    /// # }
    /// ```
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

    /// Checks the input, then creates a prediction. Returns as soon as the gateway responds,
    /// usually long before there are outputs.
    ///
    /// A create is retried only if it is certain that the previous attempt was not accepted: no
    /// connection was made, the server certified that it did not process the request (HTTP/2), or
    /// the response was 429 or 503. [`RETRY_TABLE`](crate::retry::RETRY_TABLE) lists every case. If
    /// the outcome is unknown, recovery is attempted once, which takes up to 5 s, even after the
    /// deadline.
    ///
    /// If this future is dropped, an attempt in flight continues in a background task, and what it
    /// created is available from [`take_orphaned`](Self::take_orphaned).
    ///
    /// # Errors
    /// [`Error::InvalidInput`], [`Error::InvalidRequest`], [`Error::NotSent`],
    /// [`Error::RateLimited`] or [`Error::Api`] if no prediction was created;
    /// [`Error::OutcomeUnknown`] if that is not known.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn create(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use quickrouter::CreateRequest;
    /// use quickrouter::inputs::SdxlInput;
    ///
    /// let input = SdxlInput::builder().prompt("a red door").build();
    /// let request = CreateRequest::new(input).webhook("https://example.com/hook");
    /// let created = client.create(request).await?;
    /// println!("{:?} is {}", created.id(), created.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn create(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        let prepared = request.into().prepare(self.context.gate.base_url())?;
        let deadline = self.context.wait.ends();
        Ok(detach::create(&self.context, prepared, deadline).await?.prediction)
    }

    /// Takes the orphaned results of this client and its clones: predictions, and creates with an
    /// unknown outcome, whose future was dropped before it completed. Each is returned once, with
    /// its last known state, and kept for as long as the gateway keeps results.
    pub fn take_orphaned(&self) -> Vec<Result<Prediction, Error>> {
        self.context.orphans.take()
    }

    /// Fetches the current state of a prediction.
    ///
    /// # Errors
    /// [`Error::Api`] if there is no prediction with this id; [`Error::NotSent`],
    /// [`Error::RateLimited`] or [`Error::Interrupted`] if there is no response.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn get(client: quickrouter::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use quickrouter::PredictionId;
    ///
    /// let id: PredictionId = "ufawqhfynnddngldkgtslldrkq".parse()?;
    /// println!("{}", client.get(&id).await?.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        IdempotentCall::Get(id).prediction(&self.context, self.context.wait.ends()).await
    }

    /// Waits until a prediction is terminal, and never cancels it. The first poll is immediate;
    /// later ones are scheduled by the log and by how long earlier predictions took. For a
    /// prediction created elsewhere, the age is known if the gateway sends `Date`.
    ///
    /// # Errors
    /// [`Error::PredictionFailed`] if its terminal status is not succeeded; [`Error::Deadline`] if
    /// the [`WaitPolicy`](crate::WaitPolicy)'s deadline passes.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn wait(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// # let input = quickrouter::inputs::SdxlInput::builder().prompt("a red door").build();
    /// let created = client.create(input).await?;
    /// if let Some(id) = created.id() {
    ///     let finished = client.wait(id).await?;
    ///     println!("{:?}", finished.outputs());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.until_terminal(id, &mut |_, _| {}).await
    }

    /// Like [`wait`](Self::wait), as a stream with an update after every poll.
    ///
    /// # Errors
    /// Those of [`wait`](Self::wait), as the stream's last item.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn logs(client: quickrouter::Client, id: quickrouter::PredictionId) -> Result<(), quickrouter::Error> {
    /// use futures_util::StreamExt;
    ///
    /// let mut updates = client.updates(&id);
    /// while let Some(update) = updates.next().await {
    ///     print!("{}", update?.new_logs);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn updates(&self, id: &PredictionId) -> Updates {
        let (client, id) = (self.clone(), id.clone());
        Updates::of(|mut sender| async move {
            let observer = &mut |prediction: &Prediction, schedule: &Schedule| {
                sender.send(prediction, schedule, &client.context);
            };
            client.until_terminal(&id, observer).await
        })
    }

    /// Streams a prediction's events as they happen: its log and its outputs (of a language model,
    /// the text piece by piece), read as server-sent events from `urls.stream`.
    ///
    /// The stream's URL is used as given; the key is sent only if it has the base URL's origin. A
    /// broken connection is resumed after the last event (`Last-Event-ID`), up to three times in a
    /// row, and no event is repeated. If there is no stream, if it keeps failing, or if an event
    /// exceeds 16 MiB, the prediction is polled as by [`updates`](Self::updates) and the same events
    /// are reported: the log as it grows, the outputs at the end. A prediction that is already
    /// terminal is reported without any request.
    ///
    /// # Errors
    /// As the stream's last item: [`Error::Deadline`] if the [`WaitPolicy`](crate::WaitPolicy)'s
    /// deadline passes, and those of [`get`](Self::get). A failed prediction is reported as an
    /// event, not as an error.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn text(client: quickrouter::Client) -> Result<(), quickrouter::Error> {
    /// use futures_util::StreamExt;
    /// use quickrouter::{AnyInput, StreamEvent};
    /// use serde_json::json;
    ///
    /// let input = AnyInput::new("owner/name", json!({"prompt": "Describe a red door."}));
    /// let mut events = client.stream(&client.create(input).await?);
    /// while let Some(event) = events.next().await {
    ///     if let StreamEvent::Output(text) = event? {
    ///         print!("{text}");
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream(&self, prediction: &Prediction) -> EventStream {
        let (context, prediction) = (Arc::clone(&self.context), prediction.clone());
        EventStream::of(
            |sender| async move { events::send_events(&context, &prediction, sender).await },
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
        // It is often terminal already, so the first poll is immediate.
        poll::until_terminal(&self.context, id, deadline, Duration::ZERO, &mut schedule, observer)
            .await
    }

    /// Cancels a prediction. A terminal prediction is left unchanged.
    ///
    /// # Errors
    /// [`Error::Api`] if there is no prediction with this id or the gateway does not relay cancel;
    /// [`Error::NotSent`] or [`Error::Interrupted`] if there is no response.
    ///
    /// # Examples
    /// ```no_run
    /// # async fn cancel(client: quickrouter::Client, id: quickrouter::PredictionId) -> Result<(), quickrouter::Error> {
    /// let prediction = client.cancel(&id).await?;
    /// println!("{id} is {}", prediction.status());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        IdempotentCall::Cancel(id).prediction(&self.context, self.context.wait.ends()).await
    }
}
