//! The retry loop: attempts, permits, pauses and the deadline, as decided by the retry table.

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

/// An API call or a download that may take several attempts.
pub(crate) trait Call {
    type Outcome: Attempted + Send;

    /// Sends one attempt.
    fn attempt(&mut self) -> impl Future<Output = Self::Outcome> + Send;

    /// The retry table's decision about an outcome.
    fn decide(&self, outcome: &Self::Outcome) -> Decision;

    /// The call's name, for the log.
    fn name(&self) -> String;

    /// Whether the last attempt made progress, which resets the number of attempts.
    fn has_progressed(&mut self) -> bool {
        false
    }
}

/// Settings for the attempts of a call.
pub(crate) struct Retry<'a> {
    pub(crate) policy: &'a RetryPolicy,
    pub(crate) clock: &'a Clock,
    /// The ticket for permits; `None` if none are needed.
    pub(crate) ticket: Option<Ticket<'a>>,
    /// Limit for waiting for permits and pauses.
    pub(crate) latest: Instant,
    /// Nothing is sent after this; if `None`, only `latest` applies.
    pub(crate) deadline: Option<Instant>,
    /// Once cancelled, no further attempt starts. An attempt in flight continues.
    pub(crate) cancelled: Option<&'a CancellationToken>,
}

/// No attempt, or no further attempt, was made.
pub(crate) struct NotSent<O> {
    /// The outcome of the last attempt, if there was one.
    pub(crate) last: Option<O>,
    pub(crate) denied: Denied,
}

impl<'a> Retry<'a> {
    /// Attempts a call until the retry table, the policy or the deadline ends it. Returns the last
    /// outcome and the decision about it.
    pub(crate) async fn run<C: Call>(
        mut self,
        call: &mut C,
    ) -> Result<(C::Outcome, Decision), NotSent<C::Outcome>> {
        // `max_attempts` applies only to [`Decision::Retry`]; every attempt lengthens the backoff.
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
            let pauses = self.learn(permit, &outcome, attempts);
            let decision = call.decide(&outcome);
            match decision {
                Decision::Retry if !self.policy.spent(counted + 1) => counted += 1,
                Decision::RetryUntilDeadline => {}
                _ => return Ok((outcome, decision)),
            }
            if !self.pause(pauses, call, &outcome).await {
                return Ok((outcome, decision));
            }
            last = Some(outcome);
        }
    }

    /// Attempts a call once, as the given consecutive attempt.
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

    /// Waits for a permit.
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

    /// Reports the outcome to the rate limiter and returns the pause before the next attempt, and which
    /// part of it this call waits for by itself.
    fn learn<O: Attempted>(
        &self,
        permit: Option<Permit<'a>>,
        outcome: &O,
        attempts: u32,
    ) -> (Duration, Duration) {
        let now = self.clock.now();
        let pause = self.policy.pause(outcome.retry_after(now), attempts);
        let Some(permit) = permit else { return (pause, pause) };
        let feedback = outcome.feedback(pause, now);
        permit.finish(feedback);
        // After 429 the rate limiter holds back all calls.
        let own = if feedback.refused.is_some() { Duration::ZERO } else { pause };
        (pause, own)
    }

    /// Pauses before the next attempt; `false` if there is none.
    async fn pause<C: Call>(
        &self,
        (pause, own): (Duration, Duration),
        call: &C,
        outcome: &C::Outcome,
    ) -> bool {
        if pause < self.latest.saturating_duration_since(Instant::now()) {
            let (name, problem) = (call.name(), outcome.why());
            tracing::warn!(?pause, "{name} failed ({problem}), retrying");
        }
        let paused = unless_cancelled(self.cancelled, backoff::pause(own, self.latest)).await;
        paused.unwrap_or(false)
    }
}

/// Awaits `work`; `None` if cancelled before.
pub(crate) async fn unless_cancelled<T>(
    cancelled: Option<&CancellationToken>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let Some(token) = cancelled else { return Some(work.await) };
    // Unlike `run_until_cancelled`, the token comes first where both are ready: a permit that is
    // granted after the call was dropped must not send anything.
    tokio::select! {
        biased;
        () = token.cancelled() => None,
        done = work => Some(done),
    }
}
