//! Sending a create, with rule 1 in mind: never pay twice.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::poll_immediate;
use quickrouter_api::{Route, find_model};
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::recover;
use crate::core::context::{Api, Context};
use crate::core::registry::InFlight;
use crate::error::Error;
use crate::error::details::UnknownOutcome;
use crate::http::backoff;
use crate::http::headers;
use crate::http::outcome::{self, Outcome};
use crate::http::retry_table::{self, Decision};
use crate::model::envelope;
use crate::model::expected::Expected;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::rate_limit::denied::Denied;
use crate::rate_limit::limiter::Slot;
use crate::request::Prepared;
use crate::request::requested::Body;
use crate::request::stop::CancellationToken;

/// A create that was accepted.
pub(crate) struct Accepted {
    pub(crate) prediction: Prediction,
    /// About when the gateway created it.
    pub(crate) created: Instant,
    /// Its slot among those in in_flight.
    pub(crate) slot: Slot,
}

/// An answer does not tell how much of its time was the way there; more than this is no way.
const LONGEST_WAY: Duration = Duration::from_millis(250);

/// Sends until it is accepted, refused, unknown, or the deadline leaves no time. It is not sent
/// (again) once `gone` or the request's own signal is given.
pub(crate) async fn send(
    context: &Context,
    prepared: &Prepared,
    deadline: Instant,
    gone: &CancellationToken,
) -> Result<Accepted, Error> {
    let (body, route) = (&prepared.requested.body, prepared.requested.body.route());
    // One that is sent too late to be answered, or to be seen not to connect, would be of unknown
    // outcome.
    let latest = deadline - context.wait.margin().max(context.connect_timeout);
    let create = Create { context, prepared, body, route, deadline, latest, gone };
    let slot = create.unless_stopped(context.creates.slot(latest)).await;
    let slot = match slot {
        Some(Ok(slot)) => slot,
        Some(Err(denied)) => return Err(create.not_sent(None, Some(&denied))),
        None => return Err(create.not_sent(None, None)),
    };
    let in_flight = context.registry.begin(&prepared.requested);
    let (prediction, created) = create.until_settled(&in_flight).await?;
    Ok(Accepted { prediction, created, slot })
}

/// A create on its way.
struct Create<'a> {
    context: &'a Context,
    prepared: &'a Prepared,
    body: &'a Body,
    route: Route,
    deadline: Instant,
    /// When it may be sent at the latest.
    latest: Instant,
    gone: &'a CancellationToken,
}

impl Create<'_> {
    async fn until_settled(
        &self,
        in_flight: &InFlight<'_>,
    ) -> Result<(Prediction, Instant), Error> {
        let (context, retry) = (self.context, &self.context.retry);
        let mut ticket = context.creates.ticket();
        // Those without a connection are limited; 429 and 503 count only for the pause.
        let (mut attempts, mut without_connection) = (0, 0);
        let mut last = None;
        loop {
            let permit = match self.unless_stopped(ticket.permit(self.latest)).await {
                Some(Ok(permit)) => permit,
                Some(Err(denied)) => return Err(self.not_sent(last, Some(&denied))),
                None => return Err(self.not_sent(last, None)),
            };
            if Instant::now() >= self.deadline {
                return Err(self.not_sent(last, None));
            }
            attempts += 1;
            let sent = Instant::now();
            let outcome = self.attempt().await;
            let now = context.clock.now();
            let pause = retry.pause(outcome.retry_after(now), attempts);
            permit.finish(outcome.feedback(pause, now));
            let created = sent + (sent.elapsed() / 2).min(LONGEST_WAY);
            match retry_table::of_create(&outcome) {
                Decision::Done => return Ok((self.accepted(outcome)?, created)),
                Decision::Unknown => {
                    return Ok((self.unknown(outcome, in_flight, sent).await?, created));
                }
                Decision::Retry if !retry.spent(without_connection + 1) => {
                    without_connection += 1;
                }
                Decision::RetryUntilDeadline => {}
                _ => return Err(self.refused(outcome)),
            }
            if pause < self.latest.saturating_duration_since(Instant::now()) {
                tracing::warn!(?pause, "not accepted ({}), sending again", outcome.in_words());
            }
            let own = outcome.own_pause(pause);
            match self.unless_stopped(backoff::pause(own, self.latest)).await {
                Some(true) => last = Some(outcome),
                _ => return Err(self.refused(outcome)),
            }
        }
    }

    /// What comes of `work`, or nothing once the create is no longer wanted.
    async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        if self.gone.is_given() || self.prepared.stop.is_given() {
            return None;
        }
        // Mostly it is over at once; then nobody has to listen for the signals.
        if let Some(done) = poll_immediate(work.as_mut()).await {
            return Some(done);
        }
        tokio::select! {
            biased;
            () = self.gone.given() => None,
            () = self.prepared.stop.given() => None,
            done = work => Some(done),
        }
    }

    async fn attempt(&self) -> Outcome {
        let wait = self.prefer_wait();
        let held = Duration::from_secs(wait.unwrap_or_default());
        let Api { client, kept } = self.context.api(self.deadline, held);
        let prefer = wait.map(|seconds| format!("wait={seconds}"));
        let cancel = self.prepared.cancel_after.map(|seconds| format!("{seconds}s"));
        let (prefer, cancel) = (prefer.as_deref(), cancel.as_deref());
        let called = match self.body {
            Body::ByVersion(body) => client.create_prediction(cancel, prefer, body).await,
            Body::ByModel { owner, name, body } => {
                client.create_model_prediction(owner, name, cancel, prefer, body).await
            }
        };
        outcome::outcome(called, &kept).await.into_created()
    }

    /// How many seconds the gateway is asked to hold its answer: less where the deadline is near,
    /// and not at all where it is nearer than a second.
    fn prefer_wait(&self) -> Option<u64> {
        let left = self.latest.saturating_duration_since(Instant::now()).as_secs();
        self.prepared.prefer_wait.map(|wait| wait.min(left)).filter(|wait| *wait > 0)
    }

    fn accepted(&self, outcome: Outcome) -> Result<Prediction, Error> {
        let Outcome::Prediction(_, prediction) = outcome else { return Err(self.refused(outcome)) };
        let prediction = prediction.just_created();
        if let Some(id) = prediction.id() {
            tracing::info!(prediction = %id, "created");
            self.context.registry.created(id, self.expected());
        }
        Ok(prediction.with_warnings(self.prepared.warnings.clone()).with_expected(self.expected()))
    }

    /// What the prediction is to be judged by.
    fn expected(&self) -> Expected {
        let asked = &self.prepared.requested;
        let model = asked.model.as_deref().and_then(find_model);
        Expected { model, outputs: model.and_then(|model| model.outputs_asked(asked.body.input())) }
    }

    async fn unknown(
        &self,
        outcome: Outcome,
        in_flight: &InFlight<'_>,
        sent: Instant,
    ) -> Result<Prediction, Error> {
        let mut unknown = what_came_back(outcome);
        tracing::warn!("the outcome of a create is unknown ({})", unknown.cause);
        let shown = unknown.prediction_id.clone();
        let found = recover::find(self.context, in_flight, shown.as_ref(), sent).await;
        // Told in an error it has its owner, too.
        let id = found.as_ref().map_or(shown.as_ref(), Prediction::id);
        if let Some(id) = id {
            self.context.registry.created(id, self.expected());
        }
        match found {
            Ok(found) => {
                tracing::warn!("it was accepted, and found again: prediction {}", found.shown_id());
                let found = found.with_warnings(self.prepared.warnings.clone());
                Ok(found.with_expected(self.expected()).with_recovered(true))
            }
            Err(recovery) => {
                in_flight.stays_unknown();
                unknown.recovery = recovery;
                Err(Error::OutcomeUnknown(Box::new(unknown)))
            }
        }
    }

    fn refused(&self, outcome: Outcome) -> Error {
        self.context.error(self.route, None, outcome)
    }

    /// The error of the last attempt; without one, why there was none.
    fn not_sent(&self, last: Option<Outcome>, denied: Option<&Denied>) -> Error {
        let (operation, prediction_id) = (self.route.operation, None);
        match (last, denied) {
            (Some(outcome), _) => self.refused(outcome),
            (None, Some(denied)) => {
                let (cause, opens_in) = (denied.to_string(), denied.opens);
                Error::RateLimited { operation, prediction_id, cause, opens_in }
            }
            (None, None) => {
                let cause = "it was stopped, or its deadline passed, before".to_owned();
                Error::NotSent {
                    operation,
                    prediction_id,
                    cause,
                    network_error: None,
                    may_still_run: false,
                    retryable: false,
                }
            }
        }
    }
}

fn what_came_back(outcome: Outcome) -> UnknownOutcome {
    let cause = outcome.in_words();
    let Some(answer) = outcome.into_answer() else {
        return UnknownOutcome::new(cause, None, Bytes::new());
    };
    let status = answer.status.as_u16();
    let request_id = headers::request_id(&answer.headers, &answer.body);
    let prediction_id = id_in(&answer.body).filter(|_| answer.status.is_success());
    let unknown = UnknownOutcome::new(cause, Some(status), answer.body);
    UnknownOutcome { request_id, prediction_id, ..unknown }
}

/// The id in an answer that is no prediction, or one that broke off: its own, not one of something
/// inside it.
fn id_in(body: &[u8]) -> Option<PredictionId> {
    if let Ok(whole) = serde_json::from_slice::<Value>(body) {
        return PredictionId::new(envelope::id(&whole)?).ok();
    }
    let text = String::from_utf8_lossy(body);
    let (before, rest) = text.split_once("\"id\"")?;
    if !is_opening(before) {
        return None;
    }
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    let id = match rest.strip_prefix('"') {
        Some(rest) => rest.split_once('"')?.0,
        // A number, which has ended: what it goes on with may be missing.
        None => rest.split_once(|c: char| !c.is_ascii_digit())?.0,
    };
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if plain { PredictionId::new(id).ok() } else { None }
}

/// Whether a text opens one object, perhaps inside envelopes, and nothing else.
fn is_opening(text: &str) -> bool {
    let mut opened = text.split('{');
    if text.contains('[') || !opened.next().is_some_and(|before| before.trim().is_empty()) {
        return false;
    }
    let mut keys: Vec<&str> = opened.collect();
    // What stands before the id in its own object.
    keys.pop().is_some()
        && keys.iter().all(|inside| {
            let key = inside.trim_end().strip_suffix(':').map(str::trim_end);
            let key = key.and_then(|key| key.strip_suffix('"'));
            inside.trim().is_empty()
                || key.is_some_and(|key| {
                    envelope::ENVELOPES.iter().any(|name| key.ends_with(&format!("\"{name}")))
                })
        })
}
