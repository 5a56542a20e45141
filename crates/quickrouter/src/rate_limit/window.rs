//! How many requests may be unanswered at the same time: what keeps a hundred from leaving at once
//! to find out, each by itself, that there is a limit.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// What a limiter starts with: few enough for a small limit, enough that one answer that does not come
/// keeps nobody.
pub(super) const FIRST: usize = 4;

/// A refusal comes at once. What is unanswered for longer was let in, and is worked on (a create
/// that is held until its prediction is over), or hangs: it keeps nobody any more.
pub(super) const LET_IN: Duration = Duration::from_secs(2);

/// Doubles with every round trip while it keeps requests waiting, so that it is soon larger than
/// any need; shrinks to one when the gateway's limit was met.
pub(super) struct Window {
    size: usize,
    /// Unanswered requests by number, with when they left. Only what left since it last shrank says
    /// how much may be in flight now.
    used: BTreeMap<u64, Instant>,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { size: FIRST, used: BTreeMap::new() }
    }

    /// When it has room again, if it has none now and nothing is answered until then.
    pub(super) fn full_until(&mut self, now: Instant) -> Option<Instant> {
        while let Some(first) = self.used.first_entry()
            && after(*first.get(), LET_IN) <= now
        {
            first.remove();
            self.size = self.size.saturating_add(1);
        }
        let (_, first) = self.used.first_key_value().filter(|_| self.is_full())?;
        Some(after(*first, LET_IN))
    }

    fn is_full(&self) -> bool {
        self.used.len() >= self.size
    }

    pub(super) fn leave(&mut self, number: u64, now: Instant) {
        self.used.insert(number, now);
    }

    /// One is over, `accepted` if it was answered and not refused. Above its first size the window
    /// grows only with need: after a quiet day it is not wide open.
    pub(super) fn land(&mut self, number: u64, accepted: bool, is_wanted: bool) {
        let was_full = self.is_full();
        let counted = self.used.remove(&number).is_some();
        if counted && accepted && (self.size < FIRST || is_wanted || was_full) {
            self.size = self.size.saturating_add(1);
        }
    }

    pub(super) fn shrink(&mut self) {
        self.size = 1;
        self.used.clear();
    }
}
