//! A limiter: what all clones of a client pass, one after the other, before a request leaves.
//!
//! Whoever comes first leaves first. Only the head of the line is ever woken: when a request is
//! over, when the one before it has left, or when the time has come that it saw it must wait for.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use crate::policy::rate_limit::Limits;
use crate::rate_limit::denied::{Denied, Why};
use crate::rate_limit::feedback::Feedback;
use crate::rate_limit::rules::{Departure, Hold, Rules};

/// Shared by its clones.
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
    /// Those waiting for their permit, by ticket.
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

    /// A slot in queue. It stays the same over all attempts of a request, so that one that was
    /// refused comes before those that came after it. It keeps nobody waiting outside of `permit`.
    pub(crate) fn ticket(&self) -> Ticket<'_> {
        Ticket { limiter: self, number: self.0.next.fetch_add(1, Ordering::Relaxed) }
    }

    /// One of the slots that [`Limits::max_in_flight`] counts, first come, first served.
    ///
    /// # Errors
    /// None was free before `latest`, or nothing would leave before `latest` anyway.
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

/// Counts as one prediction in flight until it is dropped.
#[must_use]
pub(crate) struct Slot(
    #[expect(dead_code, reason = "held for its drop")] Option<OwnedSemaphorePermit>,
);

/// A slot in line, of one request.
pub(crate) struct Ticket<'a> {
    limiter: &'a RateLimiter,
    number: u64,
}

enum Attempt<'a> {
    Go(Permit<'a>),
    Never(Denied),
    Until(Instant),
}

impl<'a> Ticket<'a> {
    /// Waits for its permit. An open limiter without a line keeps nobody, even after `latest`.
    ///
    /// # Errors
    /// The permit cannot come before `latest`: at once if that can be known, at `latest` if not.
    pub(crate) async fn permit(&mut self, latest: Instant) -> Result<Permit<'a>, Denied> {
        match self.try_permit(latest, false) {
            Attempt::Go(permit) => return Ok(permit),
            Attempt::Never(reason) => return Err(reason),
            Attempt::Until(_) => {}
        }
        let waiting = Waiting::join(self.limiter, self.number);
        loop {
            match self.try_permit(latest, true) {
                Attempt::Go(permit) => return Ok(permit),
                Attempt::Never(reason) => return Err(reason),
                // Woken or not, it looks again.
                Attempt::Until(next) => _ = timeout_at(next, waiting.woken.notified()).await,
            }
        }
    }

    fn try_permit(&self, latest: Instant, waited: bool) -> Attempt<'a> {
        let now = Instant::now();
        let mut state = self.limiter.lock();
        let is_first = state.queue.first_key_value().is_none_or(|(&first, _)| first >= self.number);
        let is_late = waited && now >= latest;
        let hold = match state.rules.hold(now) {
            None if is_first && !is_late => {
                let departure = state.rules.leave(now);
                return Attempt::Go(Permit {
                    limiter: self.limiter,
                    departure,
                    feedback: Feedback::default(),
                });
            }
            hold => hold.unwrap_or(Hold { why: Why::Line, opens: None }),
        };
        if is_late || hold.outlasts(latest) {
            return Attempt::Never(hold.denied(now));
        }
        Attempt::Until(hold.opens.filter(|_| is_first).map_or(latest, |opens| opens.min(latest)))
    }
}

/// One in the line, until it is dropped, by which the next one becomes its head.
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

/// Never called with the limiter locked: a waker may drop a future that locks it.
fn wake(waiting: Option<Arc<Notify>>) {
    if let Some(waiting) = waiting {
        waiting.notify_one();
    }
}

/// A request in flight. Dropped unfinished, it got no answer.
#[must_use]
pub(crate) struct Permit<'a> {
    limiter: &'a RateLimiter,
    departure: Departure,
    feedback: Feedback,
}

impl Permit<'_> {
    /// Takes in what the answer said, for everybody.
    pub(crate) fn finish(mut self, feedback: Feedback) {
        self.feedback = feedback;
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let head = {
            let mut state = self.limiter.lock();
            let is_wanted = !state.queue.is_empty();
            state.rules.land(self.departure, self.feedback, now, is_wanted);
            state.head()
        };
        wake(head);
    }
}
