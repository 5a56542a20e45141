//! When the next request may leave. Knows the time only as it is told, and nothing of who waits.

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
    /// When it ends, if it ends with time.
    pub(super) opens: Option<Instant>,
}

impl Hold {
    /// Whether it is known to last until `latest`.
    pub(super) fn outlasts(&self, latest: Instant) -> bool {
        self.why != Why::Unanswered && self.opens.is_some_and(|opens| opens >= latest)
    }

    pub(super) fn denied(&self, now: Instant) -> Denied {
        let opens = self.opens.map(|opens| opens.saturating_duration_since(now));
        Denied { why: self.why, opens }
    }
}

/// A request that left.
#[derive(Clone, Copy)]
pub(super) struct Departure {
    number: u64,
    at: Instant,
}

pub(super) struct Rules {
    per_minute: Option<usize>,
    longest_pause: Option<Duration>,
    /// The most that may be unanswered at the same time.
    most: u64,
    /// Those that left in the last minute; kept only if they are limited.
    minute: VecDeque<Instant>,
    /// The end of the pause after a 429.
    closed: Option<Instant>,
    budget: Option<Budget>,
    window: Window,
    /// How many have left in all.
    departures: u64,
    unanswered: u64,
}

impl Rules {
    pub(super) fn new(limits: Limits) -> Self {
        let per_minute = limits.per_minute.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        Self {
            per_minute,
            longest_pause: limits.longest_pause,
            most: limits.unanswered.unwrap_or(u64::MAX),
            minute: VecDeque::new(),
            closed: None,
            budget: None,
            window: Window::new(),
            departures: 0,
            unanswered: 0,
        }
    }

    /// What keeps the next request from leaving now: of several the one that is known to last
    /// longest.
    pub(super) fn hold(&mut self, now: Instant) -> Option<Hold> {
        self.expire(now);
        let closed = self.closed.map(|until| (until, Why::Refused));
        let used_up = self.budget.filter(|budget| budget.left == 0);
        let used_up = used_up.map(|budget| (budget.until, Why::UsedUp));
        let per_minute = self.per_minute.filter(|&most| self.minute.len() >= most);
        let per_minute = per_minute.and_then(|most| {
            self.minute.front().map(|&first| (after(first, MINUTE), Why::PerMinute(most)))
        });
        let timed = [closed, used_up, per_minute].into_iter().flatten();
        match timed.max_by_key(|(opens, _)| *opens) {
            Some((opens, why)) => Some(Hold { why, opens: Some(opens) }),
            None if self.unanswered >= self.most => {
                Some(Hold { why: Why::Unanswered, opens: None })
            }
            None => self.window.full_until(now).map(|room| {
                // An answer may make room before.
                Hold { why: Why::Unanswered, opens: Some(room) }
            }),
        }
    }

    /// Lets one leave that nothing holds.
    pub(super) fn leave(&mut self, now: Instant) -> Departure {
        let departure = Departure { number: self.departures, at: now };
        self.window.leave(departure.number, now);
        self.departures += 1;
        self.unanswered += 1;
        if let Some(budget) = &mut self.budget {
            budget.left -= 1;
        }
        if self.per_minute.is_some() {
            self.minute.push_back(now);
        }
        departure
    }

    /// Takes in that a request is over; `is_wanted` if others wait.
    pub(super) fn land(
        &mut self,
        departure: Departure,
        feedback: Feedback,
        now: Instant,
        is_wanted: bool,
    ) {
        self.expire(now);
        self.unanswered -= 1;
        let accepted = feedback.answered && feedback.refused.is_none();
        self.window.land(departure.number, accepted, is_wanted);
        if let (Some(remaining), Some(reset)) = (feedback.remaining, feedback.reset) {
            let counts = (self.unanswered, self.departures);
            let told = Budget::told(remaining, self.at_most(reset), departure.at, now, counts);
            let known = self.budget.map(|known| known.and(told, departure.number));
            self.budget = Some(known.unwrap_or(told));
        }
        if let Some(pause) = feedback.refused {
            self.closed = self.closed.max(Some(after(now, self.at_most(pause))));
            self.window.shrink();
        }
    }

    fn at_most(&self, asked: Duration) -> Duration {
        self.longest_pause.map_or(asked, |longest| asked.min(longest))
    }

    /// Forgets what is over.
    fn expire(&mut self, now: Instant) {
        self.closed = self.closed.filter(|until| *until > now);
        if let Some(over) = self.budget.take_if(|budget| budget.until <= now) {
            // How much the next window allows is not known, and those that waited for it are many.
            if over.left == 0 {
                self.window.shrink();
            }
        }
        while self.minute.front().is_some_and(|&first| after(first, MINUTE) <= now) {
            self.minute.pop_front();
        }
    }
}
