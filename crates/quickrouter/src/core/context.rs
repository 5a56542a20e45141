//! [`Context`]: transport, limiters, policies, clock and registries of a client.

use std::time::Duration;

use quickrouter_api::{CapturedResponse, Clock, Downloads, Gate, Route};
use tokio::time::Instant;

use crate::core::durations::Durations;
use crate::core::orphans::Orphans;
use crate::core::registry::Registry;
use crate::detail::Detail;
use crate::error::Error;
use crate::http::outcome::Outcome;
use crate::http::response_error;
use crate::model::prediction_id::PredictionId;
use crate::policy::retry::RetryPolicy;
use crate::policy::wait::WaitPolicy;
use crate::rate_limit::limiter::RateLimiter;

/// The state shared by all clones of a client.
pub(crate) struct Context {
    pub(crate) gate: Gate,
    pub(crate) downloads: Downloads,
    pub(crate) request_builder: reqwest::Client,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) stall_timeout: Duration,
    /// Whether confidential data may be sent over plain http to hosts other than this machine.
    pub(crate) allow_http: bool,
    /// Completes "the key ..." in messages.
    pub(crate) key_source: Detail,
    pub(crate) wait: WaitPolicy,
    pub(crate) retry: RetryPolicy,
    pub(crate) clock: Clock,
    /// Limits creates.
    pub(crate) creates: RateLimiter,
    /// Limits all other calls.
    pub(crate) reads: RateLimiter,
    pub(crate) registry: Registry,
    pub(crate) durations: Durations,
    /// The key under which durations are recorded.
    pub(crate) base_url: String,
    pub(crate) orphans: Orphans,
}

/// The generated client for one request, and the captured response.
pub(crate) struct Api {
    pub(crate) client: quickrouter_api::Client,
    pub(crate) kept: CapturedResponse,
}

impl Context {
    /// Returns the generated client for a request that must complete by `deadline`, and whose
    /// response the gateway may hold for up to `held`.
    pub(crate) fn api(&self, deadline: Instant, held: Duration) -> Api {
        let remaining = deadline.saturating_duration_since(Instant::now());
        let limit = self.request_timeout.saturating_add(held).min(remaining);
        let kept = CapturedResponse::default();
        let gate = self.gate.clone().with_timeout(limit).capturing(&kept);
        Api { client: gate.into_client(&self.request_builder), kept }
    }

    /// The error for an unsuccessful outcome.
    pub(crate) fn error(&self, route: Route, id: Option<PredictionId>, outcome: Outcome) -> Error {
        response_error::error(route, id, outcome, (&self.key_source, self.clock.now()))
    }
}
