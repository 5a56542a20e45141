//! One user of the SDK: what it does, and what it was told.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::{
    Client, CreateRequest, Error, Prediction, PredictionId, SaveOptions, Status, Updates,
};
use tokio::time::Instant;

use crate::dropping::Patience;
use crate::hands::count_search;
use crate::trace::{Trace, locked};
use crate::wish::Wish;

/// What `run` may take after its deadline, to cancel what it gave up, and a create, to look for
/// what became of it.
pub(crate) const AFTER_THE_DEADLINE: Duration = Duration::from_secs(5);
/// Timers end on whole milliseconds, and several of them may follow each other.
const ROUNDING: Duration = Duration::from_millis(10);
/// No world has more predictions than this.
const MOST_LISTED: usize = 100;

/// What a caller does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Work {
    Run,
    RunAndSave,
    /// With a look at every stage, which tells the id as soon as there is one.
    RunWatched,
    Create,
    CreateAndWait,
    /// As `RunWatched`, of what is created already.
    CreateAndWatch,
    CreateAndCancel,
    CreateAndGet,
    List,
}

/// What became of a create, as far as its caller knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    NotAskedFor,
    /// The caller was dropped before there was an answer.
    Unanswered,
    /// The caller was told an id, or that there is none to tell.
    Told(Option<PredictionId>),
    /// The caller was told that nobody knows.
    Unknown,
}

/// What a caller has to tell when all is over.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) fate: Fate,
    /// The ids that it was handed as those of its own create.
    pub(crate) told: BTreeSet<String>,
    /// It did not stay to the end.
    pub(crate) dropped: bool,
    /// Steps that took longer than they may.
    pub(crate) late: Vec<String>,
    pub(crate) saved: Vec<PathBuf>,
}

/// One caller.
pub(crate) struct Caller {
    pub(crate) number: usize,
    pub(crate) work: Work,
    pub(crate) patience: Patience,
    pub(crate) client: Client,
    /// The deadline that its steps are held to.
    pub(crate) promised: Duration,
    pub(crate) wish: Wish,
    pub(crate) concurrency: usize,
    pub(crate) folder: PathBuf,
    pub(crate) trace: Arc<Trace>,
    pub(crate) report: Mutex<Report>,
}

impl Default for Report {
    fn default() -> Self {
        let (told, late, saved) = (BTreeSet::new(), Vec::new(), Vec::new());
        Self { fate: Fate::NotAskedFor, told, dropped: false, late, saved }
    }
}

impl Work {
    pub(crate) fn saves(self) -> bool {
        self == Self::RunAndSave
    }
}

impl Caller {
    /// Does its work to the end.
    pub(crate) async fn work(&self) {
        match self.work {
            Work::Run | Work::RunAndSave | Work::RunWatched => {
                let finished = self.run().await;
                if let Some(finished) = finished.filter(|_| self.work.saves()) {
                    self.save(&finished).await;
                }
            }
            Work::Create => drop(self.create().await),
            Work::CreateAndWait => {
                if let Some(id) = self.create().await {
                    self.step("wait", self.promised, self.client.wait(&id)).await.ok();
                }
            }
            Work::CreateAndWatch => {
                if let Some(id) = self.create().await {
                    let watched = self.watch(self.client.updates(&id), false);
                    self.step("updates", self.promised, watched).await.ok();
                }
            }
            Work::CreateAndCancel => {
                if let Some(id) = self.create().await {
                    self.step("cancel", self.promised, self.client.cancel(&id)).await.ok();
                }
            }
            Work::CreateAndGet => {
                if let Some(id) = self.create().await {
                    self.step("get", self.promised, self.client.get(&id)).await.ok();
                }
            }
            Work::List => self.list().await,
        }
    }

    async fn run(&self) -> Option<Prediction> {
        let request = self.ask();
        let limit = self.promised + AFTER_THE_DEADLINE;
        let result = if self.work == Work::RunWatched {
            let watched = self.watch(self.client.run_updates(request), true);
            self.step("run_updates", limit, watched).await
        } else {
            self.step("run", limit, self.client.run(request)).await
        };
        self.learn(&result);
        result.ok()
    }

    /// Reads updates to their end.
    async fn watch(&self, mut updates: Updates, own: bool) -> Result<Prediction, Error> {
        let mut last = None;
        while let Some(update) = updates.next().await {
            let prediction = update?.prediction;
            if own {
                self.handed(&prediction);
            }
            last = Some(prediction);
        }
        let last = last.expect("no stream ends without an update or an error");
        assert_eq!(*last.status(), Status::Succeeded, "a stream ends well");
        Ok(last)
    }

    async fn create(&self) -> Option<PredictionId> {
        let request = self.ask();
        // As long as `run`: to find out about a create of unknown outcome may take a while, too.
        let limit = self.promised + AFTER_THE_DEADLINE;
        let result = self.step("create", limit, self.client.create(request)).await;
        self.learn(&result);
        result.ok()?.id().cloned()
    }

    async fn save(&self, finished: &Prediction) {
        let options = SaveOptions::new().concurrency(self.concurrency);
        let saving = self.client.save_with(finished, &self.folder, &options);
        match self.step("save", self.promised, saving).await {
            Ok(paths) => locked(&self.report).saved.extend(paths),
            Err(Error::Output(error)) => locked(&self.report).saved.extend(error.saved),
            Err(_) => {}
        }
    }

    async fn list(&self) {
        let mut listed = pin!(self.client.list());
        for _ in 0..=MOST_LISTED {
            // The deadline holds for each page.
            let next = async { listed.next().await.transpose() };
            if let Ok(None) = self.step("list", self.promised, next).await {
                return;
            }
        }
        locked(&self.report).late.push("a list does not end".to_owned());
    }

    fn ask(&self) -> CreateRequest {
        locked(&self.report).fate = Fate::Unanswered;
        self.wish.request(self.number)
    }

    fn handed(&self, prediction: &Prediction) {
        self.told(prediction.id());
    }

    fn told(&self, id: Option<&PredictionId>) {
        let mut report = locked(&self.report);
        report.fate = Fate::Told(id.cloned());
        report.told.extend(id.map(ToString::to_string));
    }

    fn learn(&self, result: &Result<Prediction, Error>) {
        count_search(&self.trace, result);
        match result {
            Ok(prediction) => self.handed(prediction),
            Err(error) => match (error.prediction_id(), error) {
                (None, Error::OutcomeUnknown(_)) => locked(&self.report).fate = Fate::Unknown,
                (id, _) => self.told(id),
            },
        }
    }

    /// One call of the SDK, with its time taken.
    async fn step<T>(
        &self,
        name: &str,
        limit: Duration,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.trace.note(self.number, "", format!("{name} begins"));
        let start = Instant::now();
        let result = call.await;
        let took = start.elapsed();
        let end = match &result {
            Ok(_) => "well".to_owned(),
            // Where the folder is says nothing about the seed.
            Err(error) => error.to_string().replace(&*self.folder.to_string_lossy(), "FOLDER"),
        };
        self.trace.note(self.number, "", format!("{name} ends: {end}"));
        self.trace.count(format!("{name}: {}", result.as_ref().err().map_or("well", kind)));
        if took > limit + ROUNDING {
            locked(&self.report).late.push(format!("{name} took {took:?}, the limit is {limit:?}"));
        }
        result
    }
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Configuration(_) => "Configuration",
        Error::InvalidId(_) => "InvalidId",
        Error::InvalidInput { .. } => "InvalidInput",
        Error::NotSent { .. } => "NotSent",
        Error::RateLimited { .. } => "RateLimited",
        Error::Api(_) => "Refused",
        Error::OutcomeUnknown(_) => "OutcomeUnknown",
        Error::PredictionFailed(_) => "PredictionFailed",
        Error::Deadline(_) => "Deadline",
        Error::Interrupted { .. } => "Interrupted",
        Error::UnexpectedResponse(_) => "UnexpectedResponse",
        Error::Output(_) => "Output",
        _ => "another",
    }
}
