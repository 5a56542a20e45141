//! How long a prediction is waited for, and how often it is looked at.

use std::time::Duration;

use quickrouter_api::Status;
use tokio::time::Instant;

use crate::client::Client;
use crate::error::{CancelOutcome, DeadlinePassed, Error};
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;
use crate::retry::{self, Verdict};

/// How a client waits.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct WaitPolicy {
    deadline: Duration,
    first: Duration,
    longest: Duration,
}

impl Default for WaitPolicy {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(600),
            first: Duration::from_millis(500),
            longest: Duration::from_secs(5),
        }
    }
}

impl WaitPolicy {
    /// A deadline of 10 minutes; looks every 0.5 s at first, then less often, every 5 s at last.
    pub fn new() -> Self {
        Self::default()
    }

    /// When to give up. For `run` it counts from the start, creating included; for `wait` from
    /// the call.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The pause before the first look.
    pub fn first_interval(mut self, interval: Duration) -> Self {
        self.first = interval;
        self
    }

    /// The longest pause between two looks.
    pub fn longest_interval(mut self, interval: Duration) -> Self {
        self.longest = interval;
        self
    }

    pub(crate) fn limit(&self) -> Duration {
        self.deadline
    }

    /// The deadline from now on; a limit too far to count is a year.
    pub(crate) fn ends(&self) -> Instant {
        let now = Instant::now();
        let year = Duration::from_secs(365 * 24 * 3600);
        now + self.deadline.min(year)
    }

    /// The pause after this many looks: a quarter longer each time.
    pub(crate) fn interval(&self, looks: u32) -> Duration {
        let factor = 1.25_f64.powi(i32::try_from(looks.min(64)).unwrap_or(64));
        let seconds = self.first.as_secs_f64() * factor;
        Duration::try_from_secs_f64(seconds).unwrap_or(self.longest).min(self.longest)
    }
}

/// Looks at a prediction until it is over or the deadline passes.
///
/// Trouble on the way is no reason to give up something that is paid for: it is told if the
/// deadline passes.
pub(crate) async fn watch(
    client: &Client,
    id: &PredictionId,
    deadline: Instant,
    seen: &mut (dyn FnMut(&Prediction) + Send),
) -> Result<Prediction, Error> {
    let policy = &client.shared.wait;
    let read = Read::Get(id);
    let (mut looks, mut last_status, mut last_problem) = (0, None, None);
    let mut pause = policy.interval(looks);
    while retry::pause(pause, deadline).await {
        looks += 1;
        pause = policy.interval(looks);
        let outcome = read.once(client, deadline).await;
        match read.verdict(client, &outcome) {
            Verdict::AgainCounted | Verdict::AgainAfter(None) => {
                last_problem = Some(outcome.in_words());
            }
            Verdict::AgainAfter(Some(asked)) => {
                last_problem = Some(outcome.in_words());
                pause = pause.max(asked);
            }
            _ => {
                let prediction = read.read(client, read.settle(client, outcome)?)?;
                seen(&prediction);
                if prediction.is_terminal() {
                    return ended(prediction);
                }
                last_status = Some(prediction.status().clone());
                last_problem = None;
            }
        }
        if let Some(problem) = &last_problem {
            tracing::warn!(prediction = %id, "looking failed ({problem}), looking again");
        }
    }
    tokio::time::sleep_until(deadline).await;
    Err(Error::Deadline(Box::new(DeadlinePassed {
        prediction_id: id.clone(),
        last_status,
        deadline: policy.limit(),
        last_problem,
        cancel: CancelOutcome::NotAsked,
    })))
}

/// A prediction that is over: itself if it succeeded, an error if not.
pub(crate) fn ended(prediction: Prediction) -> Result<Prediction, Error> {
    if prediction.is_terminal() && *prediction.status() != Status::Succeeded {
        return Err(Error::PredictionFailed(Box::new(prediction)));
    }
    Ok(prediction)
}
