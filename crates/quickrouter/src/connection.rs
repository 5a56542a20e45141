//! What every step of a prediction's way needs: the two ways out, the policies, the clock.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use quickrouter_api::{Clock, Downloads, Gate};
use tokio::time::Instant;

use crate::prediction::PredictionId;
use crate::retry::RetryPolicy;
use crate::wait_policy::WaitPolicy;

/// How long a 404 for a prediction that was just created may mean "not yet".
const FRESH: Duration = Duration::from_secs(10);

/// Shared by all clones of a client.
pub(crate) struct Connection {
    pub(crate) gate: Gate,
    pub(crate) downloads: Downloads,
    pub(crate) maker: reqwest::Client,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) wait: WaitPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Clock,
    /// Predictions created in the last few seconds.
    pub(crate) created: Mutex<Vec<(PredictionId, Instant)>>,
}

impl Connection {
    /// The generated client for a request that must be over by `deadline`.
    pub(crate) fn api(&self, deadline: Instant) -> quickrouter_api::Client {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = self.request_timeout.min(left);
        self.gate.clone().with_timeout(limit).client(&self.maker)
    }

    /// Remembers a prediction that was just created.
    pub(crate) fn remember(&self, id: &PredictionId) {
        let mut created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.retain(|(_, since)| since.elapsed() < FRESH);
        created.push((id.clone(), Instant::now()));
    }

    /// Whether this client created the prediction only just.
    pub(crate) fn is_fresh(&self, id: &PredictionId) -> bool {
        let created = self.created.lock().unwrap_or_else(PoisonError::into_inner);
        created.iter().any(|(known, since)| known == id && since.elapsed() < FRESH)
    }
}
