//! Sending a create without ever paying twice.

use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Route;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::calls::recover;
use crate::core::context::{Api, Context};
use crate::core::registry::InFlight;
use crate::error::Error;
use crate::error::details::UnknownOutcome;
use crate::http::headers;
use crate::http::outcome::{self, Outcome};
use crate::http::retry::{self, Call, NotSent, Retry};
use crate::http::retry_table::{self, Decision};
use crate::model::partial_id::id_in;
use crate::model::prediction::Prediction;
use crate::rate_limit::denied::{Denied, Why};
use crate::rate_limit::limiter::Slot;
use crate::request::Prepared;
use crate::request::requested::Body;

/// A create that was accepted.
pub(crate) struct Accepted {
    pub(crate) prediction: Prediction,
    /// Approximately when the gateway created it.
    pub(crate) created: Instant,
    /// Its slot among the predictions in flight.
    pub(crate) slot: Slot,
}

/// Upper bound on the assumed one-way latency.
const MAX_LATENCY: Duration = Duration::from_millis(250);

/// Sends a create until it is accepted, rejected or of unknown outcome, or the deadline leaves no
/// time. Once `cancelled` is cancelled, no attempt starts.
pub(crate) async fn send(
    context: &Context,
    prepared: &Prepared,
    deadline: Instant,
    cancelled: &CancellationToken,
) -> Result<Accepted, Error> {
    // A create sent too late to get a response, or to detect a failed connection, would have an
    // unknown outcome.
    let latest = deadline - context.wait.margin().max(context.connect_timeout);
    let now = Instant::now();
    let route = prepared.requested.body.route();
    let mut create = Create { context, prepared, route, deadline, latest, sent: now, created: now };
    let slot = retry::unless_cancelled(Some(cancelled), context.creates.slot(latest)).await;
    let slot = slot.unwrap_or(Err(Denied::STOPPED));
    let slot = slot.map_err(|denied| create.not_sent(NotSent { last: None, denied }))?;
    let in_flight = context.registry.begin(&prepared.requested);
    let retry = Retry {
        policy: &context.retry,
        clock: &context.clock,
        ticket: Some(context.creates.ticket()),
        latest,
        deadline: Some(deadline),
        cancelled: Some(cancelled),
    };
    let prediction = match retry.run(&mut create).await {
        Ok((outcome, Decision::Done)) => create.accepted(outcome)?,
        Ok((outcome, Decision::Unknown)) => create.unknown(outcome, &in_flight).await?,
        Ok((outcome, _)) => return Err(create.refused(outcome)),
        Err(not_sent) => return Err(create.not_sent(not_sent)),
    };
    Ok(Accepted { prediction, created: create.created, slot })
}

/// The state of a create across attempts.
struct Create<'a> {
    context: &'a Context,
    prepared: &'a Prepared,
    route: Route,
    deadline: Instant,
    /// The latest time to send it.
    latest: Instant,
    /// When the last attempt was sent.
    sent: Instant,
    /// Approximately when the gateway received it.
    created: Instant,
}

impl Call for Create<'_> {
    type Outcome = Outcome;

    async fn attempt(&mut self) -> Outcome {
        self.sent = Instant::now();
        let outcome = self.send_once().await;
        self.created = self.sent + (self.sent.elapsed() / 2).min(MAX_LATENCY);
        outcome
    }

    fn decide(&self, outcome: &Outcome) -> Decision {
        retry_table::of_create(outcome)
    }

    fn name(&self) -> String {
        self.route.operation.to_owned()
    }
}

impl Create<'_> {
    async fn send_once(&self) -> Outcome {
        let wait = self.prefer_wait();
        let held = Duration::from_secs(wait.unwrap_or_default());
        let Api { client, kept } = self.context.api(self.deadline, held);
        let prefer = wait.map(|seconds| format!("wait={seconds}"));
        let cancel = self.prepared.cancel_after.map(|seconds| format!("{seconds}s"));
        let (prefer, cancel) = (prefer.as_deref(), cancel.as_deref());
        let called = match &self.prepared.requested.body {
            Body::ByVersion(body) => client.create_prediction(cancel, prefer, body).await,
            Body::ByModel { owner, name, body } => {
                client.create_model_prediction(owner, name, cancel, prefer, body).await
            }
        };
        outcome::outcome(called, &kept).await.into_created()
    }

    /// How many seconds to ask the gateway to hold the response (`Prefer: wait`): limited by the
    /// deadline, `None` if less than a second is left.
    fn prefer_wait(&self) -> Option<u64> {
        let seconds_left = self.latest.saturating_duration_since(Instant::now()).as_secs();
        self.prepared.prefer_wait.map(|wait| wait.min(seconds_left)).filter(|wait| *wait > 0)
    }

    fn accepted(&self, outcome: Outcome) -> Result<Prediction, Error> {
        let Outcome::Prediction(_, prediction) = outcome else { return Err(self.refused(outcome)) };
        let prediction = prediction.just_created();
        if let Some(id) = prediction.id() {
            tracing::info!(prediction = %id, "created");
            self.context.registry.created(id, self.prepared.requested.expected());
        }
        Ok(prediction
            .with_warnings(self.prepared.warnings.clone())
            .with_expected(self.prepared.requested.expected()))
    }

    async fn unknown(
        &self,
        outcome: Outcome,
        in_flight: &InFlight<'_>,
    ) -> Result<Prediction, Error> {
        let mut unknown = unknown_outcome(outcome);
        tracing::warn!("create has an unknown outcome ({})", unknown.cause);
        let shown_id = unknown.prediction_id.clone();
        let recovered =
            recover::recover(self.context, in_flight, shown_id.as_ref(), self.sent).await;
        // An id reported in an error is taken, too.
        let id = recovered.as_ref().map_or(shown_id.as_ref(), Prediction::id);
        if let Some(id) = id {
            self.context.registry.created(id, self.prepared.requested.expected());
        }
        match recovered {
            Ok(recovered) => {
                tracing::warn!(
                    "the create was accepted: recovered prediction {}",
                    recovered.shown_id()
                );
                let recovered = recovered.with_warnings(self.prepared.warnings.clone());
                Ok(recovered.with_expected(self.prepared.requested.expected()).with_recovered(true))
            }
            Err(recovery) => {
                in_flight.mark_unknown();
                unknown.recovery = recovery;
                Err(Error::OutcomeUnknown(Box::new(unknown)))
            }
        }
    }

    fn refused(&self, outcome: Outcome) -> Error {
        self.context.error(self.route, None, outcome)
    }

    /// The error of the last attempt, or why there was none.
    fn not_sent(&self, not_sent: NotSent<Outcome>) -> Error {
        let (operation, prediction_id, denied) = (self.route.operation, None, not_sent.denied);
        match (not_sent.last, denied.why) {
            (Some(outcome), _) => self.refused(outcome),
            (None, Why::Stopped) => Error::NotSent {
                operation,
                prediction_id,
                cause: denied.detail(),
                network_error: None,
                may_still_run: false,
                retryable: false,
            },
            (None, _) => {
                let (cause, opens_in) = (denied.detail(), denied.opens);
                Error::RateLimited { operation, prediction_id, cause, opens_in }
            }
        }
    }
}

fn unknown_outcome(outcome: Outcome) -> UnknownOutcome {
    let cause = outcome.why();
    let Some(response) = outcome.into_response() else {
        return UnknownOutcome::new(cause, None, Bytes::new());
    };
    let status = response.status.as_u16();
    let request_id = headers::request_id(&response.headers, &response.body);
    let prediction_id = id_in(&response.body).filter(|_| response.status.is_success());
    let unknown = UnknownOutcome::new(cause, Some(status), response.body);
    UnknownOutcome { request_id, prediction_id, ..unknown }
}
