//! The client: check, create, wait, cancel, each a step of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::{Status, routes};
use tokio::time::Instant;

use crate::builder::ClientBuilder;
use crate::check::Warning;
use crate::connection::Connection;
use crate::create;
use crate::error::{CancelOutcome, Error};
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::request::CreateRequest;
use crate::wait;

/// How long `run` tries to cancel a prediction whose deadline has passed.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// Makes predictions. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) connection: Arc<Connection>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("gate", &self.connection.gate).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection: Arc::new(connection) }
    }

    /// A client with the key from `QUICKROUTER_API_KEY` and, where it is set, the base URL from
    /// `QUICKROUTER_BASE_URL`.
    ///
    /// # Errors
    /// [`Error::Configuration`] when the key is missing or a setting is wrong.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// Settings for a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Checks a request against the contract, as `create` does before it sends anything.
    ///
    /// # Errors
    /// [`Error::InputRefused`] with everything that is wrong.
    pub fn check(&self, request: impl Into<CreateRequest>) -> Result<Vec<Warning>, Error> {
        Ok(request.into().prepare()?.warnings)
    }

    /// Creates a prediction and waits until it is over: [`create`](Self::create), then
    /// [`wait`](Self::wait), within one deadline. When the deadline passes, a cancel is asked for.
    ///
    /// Dropping the future stops the waiting and not the prediction, which is billed all the same.
    ///
    /// # Errors
    /// Those of both steps.
    pub async fn run(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        self.run_with(request, |_| {}).await
    }

    /// Like [`run`](Self::run), and shows the prediction as it was created and after every look.
    ///
    /// # Errors
    /// Those of [`run`](Self::run).
    pub async fn run_with(
        &self,
        request: impl Into<CreateRequest>,
        mut seen: impl FnMut(&Prediction) + Send,
    ) -> Result<Prediction, Error> {
        let prepared = request.into().prepare()?;
        let warnings = prepared.warnings.clone();
        let deadline = self.connection.wait.ends();
        let created = create::send(&self.connection, &prepared, deadline).await?;
        seen(&created);
        let id = match created.id() {
            Some(id) if !created.is_terminal() => id.clone(),
            _ => return wait::ended(created),
        };
        let first = self.connection.wait.interval(0);
        match wait::watch(&self.connection, &id, deadline, first, &mut seen).await {
            Ok(finished) => Ok(finished.with_warnings(warnings)),
            Err(Error::Deadline(mut passed)) => {
                passed.cancel = match self.try_cancel(&id).await {
                    // It was over before the cancel came: that is what was paid for.
                    Ok(over) if over.is_terminal() && *over.status() != Status::Canceled => {
                        return wait::ended(over.with_warnings(warnings));
                    }
                    Ok(canceled) => CancelOutcome::Answered(canceled.status().clone()),
                    Err(why) => CancelOutcome::Unconfirmed(why),
                };
                Err(Error::Deadline(passed))
            }
            Err(error) => Err(error),
        }
    }

    /// Checks the input, then creates a prediction. Returns as soon as the gateway has answered,
    /// mostly long before there are outputs.
    ///
    /// It is sent again only when the first is certain not to have been accepted: no connection
    /// was made, or the answer was 429 or 503.
    ///
    /// # Errors
    /// [`Error::InputRefused`], [`Error::NotSent`] and [`Error::Refused`] when no prediction was
    /// created; [`Error::OutcomeUnknown`] when that cannot be said.
    pub async fn create(&self, request: impl Into<CreateRequest>) -> Result<Prediction, Error> {
        create::send(&self.connection, &request.into().prepare()?, self.connection.wait.ends())
            .await
    }

    /// Looks at a prediction once.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id, [`Error::NotSent`] or
    /// [`Error::Interrupted`] when no answer came.
    pub async fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Get(id).prediction(&self.connection, self.connection.wait.ends()).await
    }

    /// Waits until a prediction is over. It is never canceled by this.
    ///
    /// # Errors
    /// [`Error::PredictionFailed`] when it ended otherwise than succeeded, [`Error::Deadline`]
    /// when the [`WaitPolicy`](crate::WaitPolicy)'s deadline passed.
    pub async fn wait(&self, id: &PredictionId) -> Result<Prediction, Error> {
        self.wait_with(id, |_| {}).await
    }

    /// Like [`wait`](Self::wait), and shows the prediction after every look.
    ///
    /// # Errors
    /// Those of [`wait`](Self::wait).
    pub async fn wait_with(
        &self,
        id: &PredictionId,
        mut seen: impl FnMut(&Prediction) + Send,
    ) -> Result<Prediction, Error> {
        let deadline = self.connection.wait.ends();
        // Often it is over already, so the first look is at once.
        wait::watch(&self.connection, id, deadline, Duration::ZERO, &mut seen).await
    }

    /// Cancels a prediction. One that is over stays as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id or the gateway does not relay cancel,
    /// [`Error::NotSent`] or [`Error::Interrupted`] when no answer came.
    pub async fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Cancel(id).prediction(&self.connection, self.connection.wait.ends()).await
    }

    /// Asks for a cancel, for a few seconds; what came back, or why nothing did.
    async fn try_cancel(&self, id: &PredictionId) -> Result<Prediction, String> {
        let deadline = Instant::now() + CANCEL_LIMIT;
        let cancel = Read::Cancel(id).prediction(&self.connection, deadline);
        match tokio::time::timeout_at(deadline, cancel).await {
            Ok(answered) => answered.map_err(|error| error.to_string()),
            Err(_) => {
                let operation = routes::CANCEL_PREDICTION.operation;
                Err(format!("{operation} got no answer in {CANCEL_LIMIT:?}"))
            }
        }
    }
}
