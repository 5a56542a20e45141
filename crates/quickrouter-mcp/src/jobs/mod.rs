//! Predictions in progress. Each runs in a task of its own, so that neither a canceled call nor a client
//! that is gone loses it.

mod create;
mod follow;
mod noted;
pub(crate) mod saved;
mod unread;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use quickrouter::catalog::limits::RESULT_RETENTION_SECONDS;
use quickrouter::{CancellationToken, Client, CreateRequest, Prediction, PredictionId, Update};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::budget::{Exceeded, Limits};
use crate::error::{Kind, ToolError};
use crate::store::{NewRequest, Record, RequestStore};

/// How long a prediction is followed, whatever the client's wait policy: its outputs cannot exist longer.
pub(crate) const FOLLOWED: Duration = Duration::from_secs(2 * RESULT_RETENTION_SECONDS);

/// How far a prediction is.
#[derive(Clone, Debug)]
pub(crate) enum Stage {
    /// Its create is on its way.
    Creating,
    /// It exists.
    Created(PredictionId),
    /// It was polled.
    Running(Arc<Update>),
    /// Nothing more is done with it.
    Ended(Arc<Outcome>),
}

/// How a job ended.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The prediction is terminal and its files are saved.
    Saved { prediction: Box<Prediction>, files: Vec<PathBuf> },
    /// It is not: why, what is known of the prediction, and what was saved all the same.
    Failed { error: ToolError, prediction: Option<Box<Prediction>>, files: Vec<PathBuf> },
    /// The request id was used before, by another process.
    Known(Box<Record>),
    /// It asks for more than is left.
    Exceeded(Exceeded),
}

/// A prediction in progress.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// The request that is to be created, if this server creates it.
    pub(crate) request: Option<NewRequest>,
    pub(crate) stage: watch::Receiver<Stage>,
    cancel: CancellationToken,
}

/// Something that still ran when the server ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Running {
    /// The request id that it was created with.
    pub request_id: Option<String>,
    /// The prediction's id; `None` if the gateway has not answered.
    pub id: Option<String>,
    /// The model.
    pub model: Option<String>,
}

/// All predictions in progress. Clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Jobs(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    client: Client,
    store: Arc<dyn RequestStore>,
    output: PathBuf,
    limits: Limits,
    jobs: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    by_request: HashMap<String, Job>,
    by_id: HashMap<String, Job>,
}

impl Jobs {
    pub(crate) fn new(
        client: Client,
        store: Arc<dyn RequestStore>,
        output: PathBuf,
        limits: Limits,
    ) -> Self {
        Self(Arc::new(Shared { client, store, output, limits, jobs: Mutex::default() }))
    }

    /// Arms and creates a request, or joins the job that does so already.
    pub(crate) fn create(&self, request: NewRequest, create: CreateRequest) -> Job {
        let mut jobs = self.0.jobs();
        if let Some(job) = jobs.by_request.get(&request.request_id) {
            return job.clone();
        }
        let (stage, job) = Job::new(Some(request.clone()));
        jobs.by_request.insert(request.request_id.clone(), job.clone());
        drop(jobs);
        let (shared, task) = (Arc::clone(&self.0), job.clone());
        tokio::spawn(async move {
            let done = create::create(&shared, &task, &stage, request, create);
            let outcome = or_lost(&task, done).await;
            shared.end(&task, &stage, outcome);
        });
        job
    }

    /// Waits for a prediction and saves its outputs, or joins the job that does so already.
    pub(crate) fn follow(&self, id: &PredictionId, request: Option<NewRequest>) -> Job {
        let mut jobs = self.0.jobs();
        if let Some(job) = jobs.by_id.get(id.as_str()) {
            return job.clone();
        }
        let (stage, job) = Job::new(request);
        stage.send_replace(Stage::Created(id.clone()));
        jobs.insert(id, &job);
        drop(jobs);
        let (shared, task, id) = (Arc::clone(&self.0), job.clone(), id.clone());
        tokio::spawn(async move {
            let outcome = or_lost(&task, follow::follow(&shared, &task, &stage, &id)).await;
            shared.end(&task, &stage, outcome);
        });
        job
    }

    /// The job of a request in progress.
    pub(crate) fn of_request(&self, request_id: &str) -> Option<Job> {
        self.0.jobs().by_request.get(request_id).cloned()
    }

    /// The job of a prediction in progress.
    pub(crate) fn of_prediction(&self, id: &PredictionId) -> Option<Job> {
        self.0.jobs().by_id.get(id.as_str()).cloned()
    }

    /// Waits, at most `grace`, until no create is on its way, and returns what still runs.
    pub(crate) async fn finish(&self, grace: Duration) -> Vec<Running> {
        let creating: Vec<_> = self.0.jobs().by_request.values().cloned().collect();
        let answered = futures_util::future::join_all(creating.into_iter().map(Job::answered));
        let _ = timeout(grace, answered).await;
        self.0.running()
    }
}

/// How a job ended, also by a panic: else its request id would be in progress for good.
async fn or_lost(job: &Job, done: impl Future<Output = Outcome>) -> Outcome {
    AssertUnwindSafe(done).catch_unwind().await.unwrap_or_else(|_| job.lost())
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, Index> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job's prediction exists from here on.
    fn created(&self, job: &Job, stage: &watch::Sender<Stage>, id: &PredictionId) {
        self.jobs().by_id.insert(id.as_str().to_owned(), job.clone());
        stage.send_replace(Stage::Created(id.clone()));
    }

    /// A job ends: what the store knows by now is no longer kept here.
    fn end(&self, job: &Job, stage: &watch::Sender<Stage>, outcome: Outcome) {
        let mut jobs = self.jobs();
        let is_this = |other: &Job| other.stage.same_channel(&job.stage);
        jobs.by_request.retain(|_, other| !is_this(other));
        jobs.by_id.retain(|_, other| !is_this(other));
        stage.send_replace(Stage::Ended(Arc::new(outcome)));
    }

    fn running(&self) -> Vec<Running> {
        let jobs = self.jobs();
        let unnamed = jobs.by_id.values().filter(|job| job.request.is_none());
        let running = jobs.by_request.values().chain(unnamed).filter(|job| !job.has_ended());
        running.map(Job::running).collect()
    }
}

impl Index {
    fn insert(&mut self, id: &PredictionId, job: &Job) {
        self.by_id.insert(id.as_str().to_owned(), job.clone());
        if let Some(request) = &job.request {
            self.by_request.insert(request.request_id.clone(), job.clone());
        }
    }
}

impl Job {
    fn new(request: Option<NewRequest>) -> (watch::Sender<Stage>, Self) {
        let (sender, stage) = watch::channel(Stage::Creating);
        (sender, Self { request, stage, cancel: CancellationToken::new() })
    }

    /// Has the prediction canceled, as soon as it exists. A create that is not sent yet is not sent.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// The prediction's id.
    pub(crate) fn id(&self) -> Option<PredictionId> {
        self.stage.borrow().id()
    }

    fn has_ended(&self) -> bool {
        matches!(&*self.stage.borrow(), Stage::Ended(_))
    }

    /// Waits until the gateway has answered the create.
    async fn answered(mut self) {
        let _ = self.stage.wait_for(|stage| !matches!(stage, Stage::Creating)).await;
    }

    /// Waits for the next stage, and returns it.
    pub(crate) async fn next(&mut self) -> Stage {
        match self.stage.changed().await {
            Ok(()) => self.stage.borrow_and_update().clone(),
            Err(_) => Stage::Ended(Arc::new(self.lost())),
        }
    }

    /// The end of a job whose task is gone.
    fn lost(&self) -> Outcome {
        if let Stage::Ended(outcome) = &*self.stage.borrow() {
            return Outcome::clone(outcome);
        }
        let message = "The server stopped working on it.";
        let next =
            "The same call again, with the same arguments, looks for it and creates nothing.";
        let error = ToolError::new(Kind::OutcomeUnknown, message, next).billed();
        let error = error.of_prediction(self.id().as_ref());
        Outcome::Failed { error, prediction: None, files: Vec::new() }
    }

    fn running(&self) -> Running {
        let request = self.request.as_ref();
        Running {
            request_id: request.map(|request| request.request_id.clone()),
            id: self.id().map(|id| id.as_str().to_owned()),
            model: request.map(|request| request.model.clone()),
        }
    }
}

impl Stage {
    pub(crate) fn id(&self) -> Option<PredictionId> {
        match self {
            Self::Creating => None,
            Self::Created(id) => Some(id.clone()),
            Self::Running(update) => update.prediction.id().cloned(),
            Self::Ended(outcome) => outcome.prediction().and_then(Prediction::id).cloned(),
        }
    }
}

impl Outcome {
    pub(crate) fn prediction(&self) -> Option<&Prediction> {
        match self {
            Self::Saved { prediction, .. } => Some(prediction),
            Self::Failed { prediction, .. } => prediction.as_deref(),
            Self::Known(_) | Self::Exceeded(_) => None,
        }
    }
}
