//! [`Window`]: a congestion window, so that a hundred requests are not sent at once only to
//! discover the rate limit one by one.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::policy::deadline::after;

/// Initial size: small enough for a low rate limit, large enough that one missing response does not
/// block.
pub(super) const INITIAL_SIZE: usize = 4;

/// Rejections are immediate. A request without a response for this long was accepted and is being
/// processed (such as a create held until its prediction is terminal), or hangs; either way it no
/// longer blocks others.
pub(super) const ACCEPTED_AFTER: Duration = Duration::from_secs(2);

/// Doubles with every round trip while requests are waiting, so that it soon exceeds any need;
/// shrinks to one when the gateway's limit is hit.
pub(super) struct Window {
    size: usize,
    /// Requests awaiting a response, by number, with when they were sent. Only those sent since the
    /// window last shrank are counted.
    pending: BTreeMap<u64, Instant>,
}

impl Window {
    pub(super) fn new() -> Self {
        Self { size: INITIAL_SIZE, pending: BTreeMap::new() }
    }

    /// When it has room again without any response, if it is full now.
    pub(super) fn full_until(&mut self, now: Instant) -> Option<Instant> {
        while let Some(first) = self.pending.first_entry()
            && after(*first.get(), ACCEPTED_AFTER) <= now
        {
            first.remove();
            self.size = self.size.saturating_add(1);
        }
        let (_, first) = self.pending.first_key_value().filter(|_| self.is_full())?;
        Some(after(*first, ACCEPTED_AFTER))
    }

    fn is_full(&self) -> bool {
        self.pending.len() >= self.size
    }

    pub(super) fn send(&mut self, number: u64, now: Instant) {
        self.pending.insert(number, now);
    }

    /// Records a completed request; `accepted` if the response was not a rejection. Above its
    /// initial size the window grows only on demand, so it is not wide open after an idle day.
    pub(super) fn complete(&mut self, number: u64, accepted: bool, is_contended: bool) {
        let was_full = self.is_full();
        let counted = self.pending.remove(&number).is_some();
        if counted && accepted && (self.size < INITIAL_SIZE || is_contended || was_full) {
            self.size = self.size.saturating_add(1);
        }
    }

    pub(super) fn shrink(&mut self) {
        self.size = 1;
        self.pending.clear();
    }
}
