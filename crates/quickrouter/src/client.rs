//! The client: check, create, wait, cancel, each a step of its own.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quickrouter_api::{Clock, Downloads, Gate, routes};
use tokio::time::Instant;

use crate::builder::ClientBuilder;
use crate::check::Warning;
use crate::create;
use crate::error::{CancelOutcome, Error};
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::request::CreateRequest;
use crate::retry::RetryPolicy;
use crate::wait::{self, WaitPolicy};

/// How long `run` tries to cancel a prediction whose deadline has passed.
const CANCEL_LIMIT: Duration = Duration::from_secs(5);

/// How long a 404 for a prediction that was just created may mean "not yet".
const FRESH: Duration = Duration::from_secs(10);

/// Makes predictions. Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) gate: Gate,
    pub(crate) downloads: Downloads,
    pub(crate) maker: reqwest::Client,
    pub(crate) request_timeout: Duration,
    pub(crate) wait: WaitPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Clock,
    /// Predictions created in the last few seconds.
    pub(crate) created: Mutex<Vec<(PredictionId, Instant)>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("gate", &self.shared.gate).finish_non_exhaustive()
    }
}

impl Client {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
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
        let deadline = self.shared.wait.ends();
        let created = create::send(self, &prepared, deadline).await?;
        seen(&created);
        let id = match created.id() {
            Some(id) if !created.is_terminal() => id.clone(),
            _ => return wait::ended(created),
        };
        match wait::watch(self, &id, deadline, &mut seen).await {
            Ok(finished) => Ok(finished.with_warnings(warnings)),
            Err(Error::Deadline(mut passed)) => {
                passed.cancel = self.try_cancel(&id).await;
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
        create::send(self, &request.into().prepare()?, self.shared.wait.ends()).await
    }

    /// Looks at a prediction once.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id (it is known for
    /// [a while](crate::limits::RESULT_RETENTION_SECONDS) only), [`Error::NotSent`] or
    /// [`Error::Interrupted`] when no answer came.
    pub async fn get(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Get(id).prediction(self, self.shared.wait.ends()).await
    }

    /// Waits until a prediction is over. It is never canceled by this.
    ///
    /// # Errors
    /// [`Error::PredictionFailed`] when it ended otherwise than succeeded, [`Error::Deadline`]
    /// when the [`WaitPolicy`]'s deadline passed.
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
        let deadline = self.shared.wait.ends();
        // Often it is over already.
        let now = Read::Get(id).prediction(self, deadline).await?;
        seen(&now);
        if now.is_terminal() {
            return wait::ended(now);
        }
        wait::watch(self, id, deadline, &mut seen).await
    }

    /// Cancels a prediction. One that is over stays as it is.
    ///
    /// # Errors
    /// [`Error::Refused`] when there is none of this id or the gateway does not relay cancel,
    /// [`Error::NotSent`] or [`Error::Interrupted`] when no answer came.
    pub async fn cancel(&self, id: &PredictionId) -> Result<Prediction, Error> {
        Read::Cancel(id).prediction(self, self.shared.wait.ends()).await
    }

    async fn try_cancel(&self, id: &PredictionId) -> CancelOutcome {
        let deadline = Instant::now() + CANCEL_LIMIT;
        let cancel = Read::Cancel(id).prediction(self, deadline);
        match tokio::time::timeout_at(deadline, cancel).await {
            Ok(Ok(prediction)) => CancelOutcome::Answered(prediction.status().clone()),
            Ok(Err(error)) => CancelOutcome::Unconfirmed(error.to_string()),
            Err(_) => {
                let operation = routes::CANCEL_PREDICTION.operation;
                CancelOutcome::Unconfirmed(format!("{operation} got no answer in {CANCEL_LIMIT:?}"))
            }
        }
    }

    /// The generated client for a request that must be over by `deadline`.
    pub(crate) fn api(&self, deadline: Instant) -> quickrouter_api::Client {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = self.shared.request_timeout.min(left);
        self.shared.gate.clone().with_timeout(limit).client(&self.shared.maker)
    }

    /// Remembers a prediction that was just created.
    pub(crate) fn remember(&self, id: &PredictionId) {
        let mut created = self.shared.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.retain(|(_, since)| since.elapsed() < FRESH);
        created.push((id.clone(), Instant::now()));
    }

    /// Whether this client created the prediction only just.
    pub(crate) fn is_fresh(&self, id: &PredictionId) -> bool {
        let created = self.shared.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.iter().any(|(known, since)| known == id && since.elapsed() < FRESH)
    }
}
