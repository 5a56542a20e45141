//! What every step of a prediction's way needs: the two ways out, the policies, the clock, and what
//! was learned on the way.

use std::time::Duration;

use quickrouter_api::{Clock, Downloads, Gate, Kept, Route};
use tokio::time::Instant;

use crate::core::durations::Durations;
use crate::core::orphans::Orphans;
use crate::core::registry::Registry;
use crate::error::Error;
use crate::http::outcome::Outcome;
use crate::http::response_error;
use crate::model::prediction_id::PredictionId;
use crate::policy::retry::RetryPolicy;
use crate::policy::wait::WaitPolicy;
use crate::rate_limit::limiter::RateLimiter;

/// Shared by all clones of a client.
pub(crate) struct Context {
    pub(crate) gate: Gate,
    pub(crate) downloads: Downloads,
    pub(crate) request_builder: reqwest::Client,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) stall_timeout: Duration,
    /// Whether what is secret may travel over plain http to other hosts than this machine.
    pub(crate) allow_http: bool,
    /// Where the key comes from, in words that follow "the key".
    pub(crate) key_source: String,
    pub(crate) wait: WaitPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Clock,
    /// Whose turn it is to create.
    pub(crate) creates: RateLimiter,
    /// Whose turn it is to ask for something that exists.
    pub(crate) reads: RateLimiter,
    pub(crate) registry: Registry,
    pub(crate) durations: Durations,
    /// As the durations are known by.
    pub(crate) base_url: String,
    pub(crate) orphans: Orphans,
}

/// The generated client for one request, and what its answer said.
pub(crate) struct Api {
    pub(crate) client: quickrouter_api::Client,
    pub(crate) kept: Kept,
}

impl Context {
    /// The generated client for a request that must be over by `deadline`, and whose answer the
    /// gateway may hold back for as long as `held`.
    pub(crate) fn api(&self, deadline: Instant, held: Duration) -> Api {
        let left = deadline.saturating_duration_since(Instant::now());
        let limit = self.request_timeout.saturating_add(held).min(left);
        let kept = Kept::default();
        let gate = self.gate.clone().with_timeout(limit).keeping(&kept);
        Api { client: gate.into_client(&self.request_builder), kept }
    }

    /// The error for what became of a request.
    pub(crate) fn error(&self, route: Route, id: Option<PredictionId>, outcome: Outcome) -> Error {
        response_error::error(route, id, outcome, (&self.key_source, self.clock.now()))
    }
}
