//! One user of the SDK: what it does, and what it was told.

use std::path::PathBuf;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use quickrouter::{
    Client, CreateRequest, Error, FluxKontextProInput, Prediction, PredictionId, SaveOptions,
    SdxlInput, Search,
};
use tokio::time::Instant;

use crate::dropping::Patience;
use crate::trace::{Trace, locked};

/// What `run` may take after its deadline, to cancel what it gave up.
const AFTER_THE_DEADLINE: Duration = Duration::from_secs(5);
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
    CreateAndCancel,
    CreateAndGet,
    List,
}

/// What goes with a create beside its input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wishes {
    pub(crate) prefer_wait: Option<Duration>,
    pub(crate) cancel_after: Option<Duration>,
    pub(crate) cancel_on_drop: bool,
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
    /// Asks as others do, so that nobody can tell whose a prediction is.
    pub(crate) alike: bool,
    pub(crate) wishes: Wishes,
    pub(crate) outputs: i64,
    pub(crate) side: i64,
    pub(crate) at_a_time: usize,
    pub(crate) folder: PathBuf,
    pub(crate) trace: Arc<Trace>,
    pub(crate) report: Mutex<Report>,
}

impl Default for Report {
    fn default() -> Self {
        Self { fate: Fate::NotAskedFor, late: Vec::new(), saved: Vec::new() }
    }
}

impl Work {
    pub(crate) fn saves(self) -> bool {
        self == Self::RunAndSave
    }
}

impl Caller {
    /// The prompt by which the gateway's predictions are told apart.
    pub(crate) fn prompt(&self) -> String {
        if self.alike {
            return "picture that is asked for more than once".to_owned();
        }
        format!("picture of caller {}", self.number)
    }

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
            self.step("run", limit, self.watched(request)).await
        } else {
            self.step("run", limit, self.client.run(request)).await
        };
        self.learn(&result);
        result.ok()
    }

    async fn watched(&self, request: CreateRequest) -> Result<Prediction, Error> {
        let mut updates = self.client.run_updates(request);
        let mut last = None;
        while let Some(update) = updates.next().await {
            let prediction = update?.prediction;
            self.handed(&prediction);
            last = Some(prediction);
        }
        Ok(last.expect("a run that ends well has told its end"))
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
        let options = SaveOptions::new().at_a_time(self.at_a_time);
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
        let request = if self.work.saves() || self.number.is_multiple_of(2) {
            let input = SdxlInput::builder().prompt(self.prompt()).num_outputs(self.outputs);
            let input = input.width(self.side).height(self.side).num_inference_steps(4).build();
            CreateRequest::new(input)
        } else {
            CreateRequest::new(FluxKontextProInput::builder().prompt(self.prompt()).build())
        };
        let Wishes { prefer_wait, cancel_after, cancel_on_drop } = self.wishes;
        let request = request.cancel_on_drop(cancel_on_drop);
        let request = prefer_wait.map_or(request.clone(), |longest| request.prefer_wait(longest));
        cancel_after.map_or(request.clone(), |limit| request.cancel_after(limit))
    }

    fn handed(&self, prediction: &Prediction) {
        locked(&self.report).fate = Fate::Told(prediction.id().cloned());
    }

    fn learn(&self, result: &Result<Prediction, Error>) {
        let fate = match result {
            Ok(prediction) => {
                if prediction.was_found() {
                    self.trace.count("found again");
                }
                return self.handed(prediction);
            }
            Err(error) => match (error.prediction_id(), error) {
                (Some(id), _) => Fate::Told(Some(id.clone())),
                (None, Error::OutcomeUnknown(unknown)) => {
                    if matches!(&unknown.search, Search::Candidates(ids) if !ids.is_empty()) {
                        self.trace.count("candidates named");
                    }
                    Fate::Unknown
                }
                (None, _) => Fate::Told(None),
            },
        };
        locked(&self.report).fate = fate;
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
        Error::InputRefused { .. } => "InputRefused",
        Error::NotSent { .. } => "NotSent",
        Error::Throttled { .. } => "Throttled",
        Error::Refused(_) => "Refused",
        Error::OutcomeUnknown(_) => "OutcomeUnknown",
        Error::PredictionFailed(_) => "PredictionFailed",
        Error::Deadline(_) => "Deadline",
        Error::Interrupted { .. } => "Interrupted",
        Error::NotUnderstood(_) => "NotUnderstood",
        Error::Output(_) => "Output",
        _ => "another",
    }
}
