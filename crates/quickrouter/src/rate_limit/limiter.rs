//! [`RateLimiter`]: a queue that all clones of a client pass before sending a request.
//!
//! First come, first served. Only the head of the queue is ever woken: when a request completes,
//! when the previous one has been sent, or at the time it computed itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::{Denied, Why};
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::rules::{Hold, Rules, SentRequest};

/// A rate limiter, shared by its clones.
#[derive(Clone)]
pub(crate) struct RateLimiter(Arc<Shared>);

struct Shared {
    /// The number of the next ticket.
    next: AtomicU64,
    slots: Option<Slots>,
    state: Mutex<LimiterState>,
}

struct Slots {
    count: usize,
    free: Arc<Semaphore>,
}

struct LimiterState {
    /// Requests waiting for a permit, by ticket number.
    queue: BTreeMap<u64, Arc<Notify>>,
    rules: Rules,
}

impl LimiterState {
    fn head(&self) -> Option<Arc<Notify>> {
        self.queue.first_key_value().map(|(_, waiting)| Arc::clone(waiting))
    }
}

impl RateLimiter {
    pub(crate) fn new(limits: Limits) -> Self {
        let slots = limits.in_flight.map(|count| {
            let count = count.min(Semaphore::MAX_PERMITS);
            Slots { count, free: Arc::new(Semaphore::new(count)) }
        });
        let rules = Rules::new(limits);
        let state = Mutex::new(LimiterState { queue: BTreeMap::new(), rules });
        Self(Arc::new(Shared { next: AtomicU64::new(0), slots, state }))
    }

    /// Returns a ticket, a position in the queue. It is kept across the attempts of a request, so
    /// that a rejected request stays ahead of later ones. It holds back no other request except
    /// while awaiting a permit.
    pub(crate) fn ticket(&self) -> Ticket<'_> {
        Ticket { limiter: self, number: self.0.next.fetch_add(1, Ordering::Relaxed) }
    }

    /// Waits for one of the slots counted by [`Limits::in_flight`], first come, first served.
    ///
    /// # Errors
    /// If none is free before `latest`, or nothing could be sent before `latest` anyway.
    pub(crate) async fn slot(&self, latest: Instant) -> Result<Slot, Denied> {
        let Some(slots) = &self.0.slots else { return Ok(Slot(None)) };
        if let Ok(permit) = Arc::clone(&slots.free).try_acquire_owned() {
            return Ok(Slot(Some(permit)));
        }
        let now = Instant::now();
        if let Some(hold) = self.lock().rules.hold(now).filter(|hold| hold.outlasts(latest)) {
            return Err(hold.denied(now));
        }
        match timeout_at(latest, Arc::clone(&slots.free).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Slot(Some(permit))),
            _ => Err(Denied { why: Why::Slots(slots.count), opens: None }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, LimiterState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as one prediction in flight until dropped.
#[must_use]
pub(crate) struct Slot(
    #[expect(dead_code, reason = "held for its drop")] Option<OwnedSemaphorePermit>,
);

/// A request's position in the queue.
pub(crate) struct Ticket<'a> {
    limiter: &'a RateLimiter,
    number: u64,
}

enum PermitAttempt<'a> {
    Granted(Permit<'a>),
    Denied(Denied),
    WaitUntil(Instant),
}

impl<'a> Ticket<'a> {
    /// Waits for a permit. If the limiter is open and the queue empty, one is granted even after
    /// `latest`.
    ///
    /// # Errors
    /// If there can be no permit before `latest`: immediately if that is known, else at `latest`.
    pub(crate) async fn permit(&mut self, latest: Instant) -> Result<Permit<'a>, Denied> {
        match self.try_permit(latest, false) {
            PermitAttempt::Granted(permit) => return Ok(permit),
            PermitAttempt::Denied(reason) => return Err(reason),
            PermitAttempt::WaitUntil(_) => {}
        }
        let waiting = Waiting::join(self.limiter, self.number);
        loop {
            match self.try_permit(latest, true) {
                PermitAttempt::Granted(permit) => return Ok(permit),
                PermitAttempt::Denied(reason) => return Err(reason),
                // Checks again, whether woken or timed out.
                PermitAttempt::WaitUntil(next) => {
                    _ = timeout_at(next, waiting.woken.notified()).await;
                }
            }
        }
    }

    fn try_permit(&self, latest: Instant, waited: bool) -> PermitAttempt<'a> {
        let now = Instant::now();
        let mut state = self.limiter.lock();
        let is_first = state.queue.first_key_value().is_none_or(|(&first, _)| first >= self.number);
        let is_late = waited && now >= latest;
        let hold = match state.rules.hold(now) {
            None if is_first && !is_late => {
                let request = state.rules.send(now);
                return PermitAttempt::Granted(Permit {
                    limiter: self.limiter,
                    request,
                    feedback: Feedback::default(),
                });
            }
            hold => hold.unwrap_or(Hold { why: Why::Queue, opens: None }),
        };
        if is_late || hold.outlasts(latest) {
            return PermitAttempt::Denied(hold.denied(now));
        }
        PermitAttempt::WaitUntil(
            hold.opens.filter(|_| is_first).map_or(latest, |opens| opens.min(latest)),
        )
    }
}

/// A queue entry. When dropped, the next one becomes the head.
struct Waiting<'a> {
    limiter: &'a RateLimiter,
    number: u64,
    woken: Arc<Notify>,
}

impl<'a> Waiting<'a> {
    fn join(limiter: &'a RateLimiter, number: u64) -> Self {
        let woken = Arc::new(Notify::new());
        limiter.lock().queue.insert(number, Arc::clone(&woken));
        Self { limiter, number, woken }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let next = {
            let mut state = self.limiter.lock();
            let was_head = state.queue.first_key_value().is_some_and(|(&n, _)| n == self.number);
            state.queue.remove(&self.number);
            was_head.then(|| state.head()).flatten()
        };
        wake(next);
    }
}

/// Must not be called with the limiter locked: a waker may drop a future that locks it.
fn wake(waiting: Option<Arc<Notify>>) {
    if let Some(waiting) = waiting {
        waiting.notify_one();
    }
}

/// A request in flight. If dropped without [`finish`](Self::finish), it got no response.
#[must_use]
pub(crate) struct Permit<'a> {
    limiter: &'a RateLimiter,
    request: SentRequest,
    feedback: Feedback,
}

impl Permit<'_> {
    /// Reports the outcome to the limiter.
    pub(crate) fn finish(mut self, feedback: Feedback) {
        self.feedback = feedback;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let head = {
            let mut state = self.limiter.lock();
            let is_contended = !state.queue.is_empty();
            state.rules.complete(self.request, self.feedback, now, is_contended);
            state.head()
        };
        wake(head);
    }
}
