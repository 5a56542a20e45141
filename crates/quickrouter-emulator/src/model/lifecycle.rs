//! The state of a prediction at a given time: it follows from its creation, its plan and the time.

use crate::model::plan::Plan;
use quickrouter_api::{Status, limits};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime};

/// A prediction is forgotten after this multiple of its data's retention time.
const FORGOTTEN: u32 = 24;

/// The lifecycle of one prediction: what does not follow from time alone.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Lifecycle {
    pub(crate) created_at: SystemTime,
    pub(crate) canceled_at: Option<SystemTime>,
    /// When it is stopped unless it has finished.
    pub(crate) deadline: Option<SystemTime>,
    /// Its error message if it fails at its end; `None` if it succeeds.
    pub(crate) failure: Option<String>,
    pub(crate) plan: Plan,
}

/// The state of a prediction at one moment.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct Snapshot {
    pub(crate) status: Status,
    pub(crate) started_at: Option<SystemTime>,
    pub(crate) completed_at: Option<SystemTime>,
    /// How long the model has been running.
    pub(crate) ran: Duration,
    /// Whether it came to its own end, so that everything that it puts out is there.
    pub(crate) complete: bool,
    /// Whether input, output, logs and files are deleted.
    pub(crate) removed: bool,
}

impl Snapshot {
    pub(crate) fn is_terminal(&self) -> bool {
        self.status.is_terminal()
    }

    /// Whether everything that the model puts out is shown.
    pub(crate) fn has_all(&self) -> bool {
        self.complete && self.is_terminal()
    }
}

impl Lifecycle {
    fn start(&self) -> SystemTime {
        self.created_at + self.plan.queue
    }

    /// When it finishes unless it is canceled by request.
    pub(crate) fn end(&self) -> SystemTime {
        self.end_after(self.through())
    }

    fn end_after(&self, through: SystemTime) -> SystemTime {
        self.deadline.map_or(through, |deadline| deadline.min(through))
    }

    /// When the model finishes, or is stopped at the hard limit.
    fn through(&self) -> SystemTime {
        self.start() + self.plan.run().min(self.plan.hard_stop)
    }

    fn is_stopped(&self) -> bool {
        self.plan.run() > self.plan.hard_stop
    }

    fn fails(&self) -> bool {
        self.failure.is_some() || self.is_stopped()
    }

    /// The error message of a failed prediction.
    pub(crate) fn error(&self) -> String {
        if self.is_stopped() {
            let seconds = limits::PREDICTION_HARD_STOP_SECONDS;
            return format!("The prediction ran for {seconds} s and was stopped.");
        }
        let recorded = || self.plan.recorded().map(|replay| replay.error());
        self.failure.clone().or_else(recorded).unwrap_or_default()
    }

    /// Whether its data was removed long enough ago to forget it altogether.
    pub(crate) fn is_forgotten(&self, now: SystemTime) -> bool {
        let stop = self.canceled_at.unwrap_or_else(|| self.end());
        now >= stop + self.plan.retention * (FORGOTTEN + 1)
    }

    /// When it next changes, unless it is canceled by request: it starts, finishes, or its logs
    /// grow after it has run for `line`. `None` once it is terminal.
    pub(crate) fn next_change(
        &self,
        now: SystemTime,
        line: Option<Duration>,
    ) -> Option<SystemTime> {
        let start = self.start();
        let moments = [Some(start), line.map(|ran| start + ran), Some(self.end())];
        let next = moments.into_iter().flatten().filter(|moment| *moment > now).min();
        next.filter(|_| !self.at(now).is_terminal())
    }

    pub(crate) fn at(&self, now: SystemTime) -> Snapshot {
        let (start, through) = (self.start(), self.through());
        let stop = self.canceled_at.unwrap_or_else(|| self.end_after(through));
        let over = now >= stop;
        let latest = now.min(stop);
        let recorded = self.plan.recorded();
        let starts = recorded.is_none_or(|replay| replay.starts);
        let started_at = (latest >= start && starts).then_some(start);
        let ran = latest.duration_since(start).unwrap_or_default();
        let through = over && stop == through && self.canceled_at.is_none();
        let status = match (over, started_at) {
            (true, _) if self.canceled_at.is_some() => Status::Canceled,
            (true, _) if through && self.fails() => Status::Failed,
            (true, _) if through => recorded.map_or(Status::Succeeded, |replay| replay.end()),
            (true, Some(_)) => Status::Canceled,
            (true, None) => Status::Aborted,
            (false, started_at) => match (recorded, started_at) {
                (Some(replay), started_at) => replay.word_at(started_at.map(|_| ran)).into(),
                (None, Some(_)) => Status::Processing,
                (None, None) => Status::Starting,
            },
        };
        Snapshot {
            status,
            started_at,
            completed_at: over.then_some(stop),
            ran,
            complete: through && !self.fails(),
            removed: over && now >= stop + self.plan.retention,
        }
    }
}
