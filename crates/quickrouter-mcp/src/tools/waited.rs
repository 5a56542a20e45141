//! Waits for a job within a call: with progress, until the call has to be answered.

use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rmcp::model::{CallToolResult, ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RoleServer};
use tokio::time::{Instant, interval_at, timeout_at};

use crate::error::{Kind, ToolError};
use crate::jobs::{Job, Outcome, Stage};
use crate::tools::report::Warnings;
use crate::tools::request::same;
use crate::tools::{Call, Tools};

/// How often progress is notified while nothing changes: clients that wait for as long as there is
/// progress take silence for the end.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// What the number of progress grows to.
const TOTAL: f64 = 100.0;

/// What is left of the total for saving, once all steps are completed.
const SAVING: f64 = 1.0;

/// How a wait ended.
enum Waited {
    Ended(std::sync::Arc<Outcome>),
    Still(Stage),
    Canceled,
}

impl Tools {
    /// Waits for a job that this call has created, or found by its request id.
    pub(crate) async fn waited(
        &self,
        job: Job,
        call: &Call<'_>,
        warnings: Warnings,
    ) -> Result<CallToolResult, ToolError> {
        let (request, abort) = (job.request.clone(), job.clone());
        match wait(job, call).await {
            Waited::Ended(outcome) => match &*outcome {
                Outcome::Known(record) => {
                    if let Some(request) = &request {
                        same(&record.request, &request.fingerprint)?;
                    }
                    let record = self.settled((**record).clone(), call).await?;
                    Box::pin(self.of_record(record, call)).await
                }
                outcome => self.report_outcome(request.as_ref(), outcome, warnings).await,
            },
            Waited::Still(stage) => Ok(self.report_stage(request.as_ref(), &stage, warnings).await),
            Waited::Canceled => {
                if self.cancel_on_abort {
                    abort.cancel();
                }
                Err(stopped(&abort))
            }
        }
    }

    /// Waits for a job, which runs on if the call is canceled.
    pub(crate) async fn watched(
        &self,
        job: Job,
        call: &Call<'_>,
        warnings: Warnings,
    ) -> Result<CallToolResult, ToolError> {
        let (request, same) = (job.request.clone(), job.clone());
        match wait(job, call).await {
            Waited::Ended(outcome) => {
                self.report_outcome(request.as_ref(), &outcome, warnings).await
            }
            Waited::Still(stage) => Ok(self.report_stage(request.as_ref(), &stage, warnings).await),
            Waited::Canceled => Err(stopped(&same)),
        }
    }
}

/// What a canceled call would say; its client no longer listens.
fn stopped(job: &Job) -> ToolError {
    let next = "It runs on. Ask wait_prediction.";
    let error = ToolError::new(Kind::Canceled, "The call was canceled.", next).billed();
    error.of_prediction(job.id().as_ref())
}

async fn wait(mut job: Job, call: &Call<'_>) -> Waited {
    let progress = Progress::of(call);
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    let mut stage = job.stage.borrow_and_update().clone();
    loop {
        if let Stage::Ended(outcome) = stage {
            return Waited::Ended(outcome);
        }
        progress.notify(&stage).await;
        let next = tokio::select! {
            next = timeout_at(call.latest, job.next()) => next,
            () = call.context.ct.cancelled() => return Waited::Canceled,
            _ = beat.tick() => continue,
        };
        match next {
            Ok(next) => stage = next,
            Err(_) => return Waited::Still(stage),
        }
    }
}

/// Waits for a person, who may take longer than a client waits without progress.
pub(super) async fn told_of<T>(
    message: &str,
    call: &Call<'_>,
    waited: impl Future<Output = T>,
) -> T {
    let mut waited = pin!(waited);
    let progress = Progress::of(call);
    let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
    loop {
        tokio::select! {
            biased;
            result = &mut waited => return result,
            _ = beat.tick() => progress.tell(0.0, message.to_owned()).await,
        }
    }
}

/// Notifies a client that asked for it of progress.
struct Progress<'a> {
    token: Option<ProgressToken>,
    peer: &'a Peer<RoleServer>,
    last: &'a Mutex<f64>,
}

impl<'a> Progress<'a> {
    fn of(call: &'a Call<'_>) -> Self {
        let token = call.context.meta.get_progress_token();
        Self { token, peer: &call.context.peer, last: &call.progress }
    }

    /// Notifies of a stage.
    async fn notify(&self, stage: &Stage) {
        let (percent, message) = match stage {
            Stage::Creating => (0.0, "creating".to_owned()),
            Stage::Created(id) => (0.0, format!("{id} is created")),
            Stage::Running(update) => {
                let status = quickrouter::text::one_line(update.status().as_str());
                let percent = update.percent.unwrap_or_default();
                let shown = update.percent.map(|percent| format!(", {percent:.0} %"));
                (percent, format!("{status}{}", shown.unwrap_or_default()))
            }
            Stage::Ended(_) => return,
        };
        self.tell(percent, message).await;
    }

    /// Notifies of a percentage.
    async fn tell(&self, percent: f64, message: String) {
        let Some(token) = &self.token else { return };
        let number = {
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = grown(*last, percent);
            *last
        };
        let progress = ProgressNotificationParam::new(token.clone(), number)
            .with_total(TOTAL)
            .with_message(message);
        // A client that is gone is noticed elsewhere.
        let _ = self.peer.notify_progress(progress).await;
    }
}

/// The next number of progress. It grows with every notification, as the protocol asks, if only by a
/// thousandth of what is left, and never reaches the total.
fn grown(last: f64, percent: f64) -> f64 {
    let steps = percent / TOTAL * (TOTAL - SAVING);
    steps.max(last + (TOTAL - last) / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::{TOTAL, grown};

    #[test]
    fn progress_always_grows_and_stays_below_its_total() {
        let mut last = 0.0;
        for percent in
            [0.0, 0.0, 50.0, 40.0, 100.0].into_iter().chain(std::iter::repeat_n(100.0, 5000))
        {
            let next = grown(last, percent);
            assert!(next > last && next < TOTAL, "{next} after {last}");
            last = next;
        }
    }
}
