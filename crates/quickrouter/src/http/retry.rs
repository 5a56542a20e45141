//! The one retry loop: attempts, permits, pauses and the deadline. The retry table decides.

use std::time::Duration;

use quickrouter_api::Clock;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::http::attempted::Attempted;
use crate::http::backoff;
use crate::http::retry_table::Decision;
use crate::policy::retry::RetryPolicy;
use crate::rate_limit::denied::Denied;
use crate::rate_limit::limiter::{Permit, Ticket};

/// A call of the API, or a download, that may take several attempts.
pub(crate) trait Call {
    type Outcome: Attempted + Send;

    /// Sends once.
    fn attempt(&mut self) -> impl Future<Output = Self::Outcome> + Send;

    /// What the retry table says about an outcome.
    fn decide(&self, outcome: &Self::Outcome) -> Decision;

    /// What is called, for the log.
    fn name(&self) -> String;

    /// Whether the last attempt got further than those before it, after which they do not count.
    fn has_progressed(&mut self) -> bool {
        false
    }
}

/// How a call is attempted.
pub(crate) struct Retry<'a> {
    pub(crate) policy: &'a RetryPolicy,
    pub(crate) clock: &'a Clock,
    /// By which permits come; without it none is needed.
    pub(crate) ticket: Option<Ticket<'a>>,
    /// No permit and no pause is waited for any longer.
    pub(crate) latest: Instant,
    /// Nothing is sent from then on; without it, `latest` alone counts.
    pub(crate) deadline: Option<Instant>,
    /// Once it is cancelled, no further attempt begins. One in flight goes on.
    pub(crate) cancelled: Option<&'a CancellationToken>,
}

/// No attempt was made, or no further one.
pub(crate) struct NotSent<O> {
    /// The outcome of the last attempt, if there was one.
    pub(crate) last: Option<O>,
    pub(crate) denied: Denied,
}

impl<'a> Retry<'a> {
    /// Attempts a call until the table, the policy or the deadline ends it; the last outcome, and
    /// what the table says about it.
    pub(crate) async fn run<C: Call>(
        mut self,
        call: &mut C,
    ) -> Result<(C::Outcome, Decision), NotSent<C::Outcome>> {
        // Only what the table lets be sent again a few times is counted; all attempts lengthen the
        // pause.
        let (mut attempts, mut counted, mut last) = (0, 0, None);
        loop {
            attempts += 1;
            let permit = match self.permit().await {
                Ok(permit) => permit,
                Err(denied) => return Err(NotSent { last, denied }),
            };
            let outcome = call.attempt().await;
            if call.has_progressed() {
                (attempts, counted) = (1, 0);
            }
            let pause = self.learn(permit, &outcome, attempts);
            let decision = call.decide(&outcome);
            match decision {
                Decision::Retry if !self.policy.spent(counted + 1) => counted += 1,
                Decision::RetryUntilDeadline => {}
                _ => return Ok((outcome, decision)),
            }
            if !self.pause(pause, call, &outcome).await {
                return Ok((outcome, decision));
            }
            last = Some(outcome);
        }
    }

    /// Attempts a call once, as the attempt of this number in a row.
    pub(crate) async fn once<C: Call>(
        mut self,
        call: &mut C,
        attempts: u32,
    ) -> Result<C::Outcome, NotSent<C::Outcome>> {
        let permit = self.permit().await.map_err(|denied| NotSent { last: None, denied })?;
        let outcome = call.attempt().await;
        self.learn(permit, &outcome, attempts);
        Ok(outcome)
    }

    /// Waits until something may be sent.
    async fn permit(&mut self) -> Result<Option<Permit<'a>>, Denied> {
        let permit = match &mut self.ticket {
            None => None,
            Some(ticket) => {
                let permit = unless_cancelled(self.cancelled, ticket.permit(self.latest)).await;
                Some(permit.unwrap_or(Err(Denied::STOPPED))?)
            }
        };
        match self.deadline {
            Some(deadline) if Instant::now() >= deadline => Err(Denied::STOPPED),
            _ => Ok(permit),
        }
    }

    /// Passes on what the outcome teaches; the pause before the next attempt.
    fn learn<O: Attempted>(
        &self,
        permit: Option<Permit<'a>>,
        outcome: &O,
        attempts: u32,
    ) -> Duration {
        let now = self.clock.now();
        let pause = self.policy.pause(outcome.retry_after(now), attempts);
        let Some(permit) = permit else { return pause };
        let feedback = outcome.feedback(pause, now);
        permit.finish(feedback);
        // After 429 it is the limiter that holds everybody back.
        if feedback.refused.is_some() { Duration::ZERO } else { pause }
    }

    /// Pauses before the next attempt; `false` if there is none.
    async fn pause<C: Call>(&self, pause: Duration, call: &C, outcome: &C::Outcome) -> bool {
        if pause < self.latest.saturating_duration_since(Instant::now()) {
            let (name, problem) = (call.name(), outcome.in_words());
            tracing::warn!(?pause, "{name} failed ({problem}), retrying");
        }
        let paused = unless_cancelled(self.cancelled, backoff::pause(pause, self.latest)).await;
        paused.unwrap_or(false)
    }
}

/// What comes of `work`, or nothing once it is cancelled.
pub(crate) async fn unless_cancelled<T>(
    cancelled: Option<&CancellationToken>,
    work: impl Future<Output = T>,
) -> Option<T> {
    match cancelled {
        Some(token) => token.run_until_cancelled(work).await,
        None => Some(work.await),
    }
}
