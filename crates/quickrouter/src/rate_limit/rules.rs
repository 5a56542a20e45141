//! [`Rules`]: when the next request may be sent. Has no clock and does not know the queue.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::budget::Budget;
use super::denied::{Denied, Why};
use super::feedback::Feedback;
use super::window::Window;
use crate::policy::deadline::after;
use crate::policy::rate_limit::Limits;

const MINUTE: Duration = Duration::from_secs(60);

/// What keeps the limiter closed.
pub(super) struct Hold {
    pub(super) why: Why,
    /// When it ends, if that depends on time alone.
    pub(super) opens: Option<Instant>,
}

impl Hold {
    /// Whether it is known to last until `latest`.
    pub(super) fn outlasts(&self, latest: Instant) -> bool {
        self.why != Why::Pending && self.opens.is_some_and(|opens| opens >= latest)
    }

    pub(super) fn denied(&self, now: Instant) -> Denied {
        let opens = self.opens.map(|opens| opens.saturating_duration_since(now));
        Denied { why: self.why, opens }
    }
}

/// A request that was sent.
#[derive(Clone, Copy)]
pub(super) struct SentRequest {
    number: u64,
    at: Instant,
}

pub(super) struct Rules {
    per_minute: Option<usize>,
    max_pause: Option<Duration>,
    /// Maximum number of requests awaiting a response.
    max_pending: u64,
    /// Requests sent in the last minute; recorded only if limited.
    last_minute: VecDeque<Instant>,
    /// The end of the pause after a 429.
    closed_until: Option<Instant>,
    budget: Option<Budget>,
    window: Window,
    /// Number of requests sent in total.
    sent: u64,
    pending: u64,
}

impl Rules {
    pub(super) fn new(limits: Limits) -> Self {
        let per_minute = limits.per_minute.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        Self {
            per_minute,
            max_pause: limits.max_pause,
            max_pending: limits.max_pending.unwrap_or(u64::MAX),
            last_minute: VecDeque::new(),
            closed_until: None,
            budget: None,
            window: Window::new(),
            sent: 0,
            pending: 0,
        }
    }

    /// What holds back the next request: of several reasons, the one known to last longest.
    pub(super) fn hold(&mut self, now: Instant) -> Option<Hold> {
        self.expire(now);
        let closed_until = self.closed_until.map(|until| (until, Why::TooManyRequests));
        let used_up = self.budget.filter(|budget| budget.remaining == 0);
        let used_up = used_up.map(|budget| (budget.until, Why::UsedUp));
        let per_minute = self.per_minute.filter(|&max| self.last_minute.len() >= max);
        let per_minute = per_minute.and_then(|max| {
            self.last_minute.front().map(|&first| (after(first, MINUTE), Why::PerMinute(max)))
        });
        let timed = [closed_until, used_up, per_minute].into_iter().flatten();
        match timed.max_by_key(|(opens, _)| *opens) {
            Some((opens, why)) => Some(Hold { why, opens: Some(opens) }),
            None if self.pending >= self.max_pending => {
                Some(Hold { why: Why::Pending, opens: None })
            }
            None => self.window.full_until(now).map(|room| {
                // A response may make room earlier.
                Hold { why: Why::Pending, opens: Some(room) }
            }),
        }
    }

    /// Records a request that nothing holds back.
    pub(super) fn send(&mut self, now: Instant) -> SentRequest {
        let request = SentRequest { number: self.sent, at: now };
        self.window.send(request.number, now);
        self.sent += 1;
        self.pending += 1;
        if let Some(budget) = &mut self.budget {
            budget.remaining -= 1;
        }
        if self.per_minute.is_some() {
            self.last_minute.push_back(now);
        }
        request
    }

    /// Records a completed request; `is_contended` if others are waiting.
    pub(super) fn complete(
        &mut self,
        request: SentRequest,
        feedback: Feedback,
        now: Instant,
        is_contended: bool,
    ) {
        self.expire(now);
        self.pending -= 1;
        let accepted = feedback.responded && feedback.refused.is_none();
        self.window.complete(request.number, accepted, is_contended);
        if let (Some(remaining), Some(reset)) = (feedback.remaining, feedback.reset) {
            let counts = (self.pending, self.sent);
            let reported = Budget::reported(remaining, self.capped(reset), request.at, now, counts);
            let merged = self.budget.map(|budget| budget.merge(reported, request.number));
            self.budget = Some(merged.unwrap_or(reported));
        }
        if let Some(pause) = feedback.refused {
            self.closed_until = self.closed_until.max(Some(after(now, self.capped(pause))));
            self.window.shrink();
        }
    }

    fn capped(&self, pause: Duration) -> Duration {
        self.max_pause.map_or(pause, |longest| pause.min(longest))
    }

    /// Removes expired state.
    fn expire(&mut self, now: Instant) {
        self.closed_until = self.closed_until.filter(|until| *until > now);
        if let Some(expired) = self.budget.take_if(|budget| budget.until <= now) {
            // The next window's budget is unknown, and many may be waiting for it.
            if expired.remaining == 0 {
                self.window.shrink();
            }
        }
        while self.last_minute.front().is_some_and(|&first| after(first, MINUTE) <= now) {
            self.last_minute.pop_front();
        }
    }
}
