//! A lane: what all clones of a client pass, one after the other, before a request leaves.
//!
//! Whoever comes first leaves first. Only the head of the line is ever woken: when a request is
//! over, when the one before it has left, or when the time has come that it saw it must wait for.

mod budget;
mod rules;
#[cfg(test)]
mod tests;
mod window;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

use rules::{Departure, Hold, Rules};

/// What a lane allows whatever the gateway says.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Limits {
    /// At most so many requests leave in any 60 seconds; at least 1.
    pub(crate) per_minute: Option<u32>,
    /// At most so many places are held at the same time; at least 1.
    pub(crate) in_flight: Option<usize>,
    /// The longest pause that one answer can ask for.
    pub(crate) longest_pause: Option<Duration>,
    /// At most so many requests are unanswered at the same time: each may hold a socket.
    pub(crate) unanswered: Option<u64>,
}

/// What the answer to a request said.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    /// There was an answer, whatever it said.
    pub(crate) answered: bool,
    /// It was 429: nothing may leave for this long.
    pub(crate) refused: Option<Duration>,
    /// So many more are allowed until `reset` has passed; without `reset` it says nothing.
    pub(crate) remaining: Option<u64>,
    pub(crate) reset: Option<Duration>,
}

/// Shared by its clones.
#[derive(Clone)]
pub(crate) struct Lane(Arc<Shared>);

struct Shared {
    /// The number of the next ticket.
    next: AtomicU64,
    places: Option<Places>,
    state: Mutex<State>,
}

struct Places {
    count: usize,
    free: Arc<Semaphore>,
}

struct State {
    /// Those waiting for their turn, by ticket.
    line: BTreeMap<u64, Arc<Notify>>,
    rules: Rules,
}

impl State {
    fn head(&self) -> Option<Arc<Notify>> {
        self.line.first_key_value().map(|(_, waiting)| Arc::clone(waiting))
    }
}

impl Lane {
    pub(crate) fn new(limits: Limits) -> Self {
        let places = limits.in_flight.map(|count| {
            let count = count.min(Semaphore::MAX_PERMITS);
            Places { count, free: Arc::new(Semaphore::new(count)) }
        });
        let rules = Rules::new(limits);
        let state = Mutex::new(State { line: BTreeMap::new(), rules });
        Self(Arc::new(Shared { next: AtomicU64::new(0), places, state }))
    }

    /// A place in line. It stays the same over all attempts of a request, so that one that was
    /// refused comes before those that came after it. It keeps nobody waiting outside of `turn`.
    pub(crate) fn ticket(&self) -> Ticket<'_> {
        Ticket { lane: self, number: self.0.next.fetch_add(1, Ordering::Relaxed) }
    }

    /// One of the places that [`Limits::in_flight`] counts, first come, first served.
    ///
    /// # Errors
    /// None was free before `latest`, or nothing would leave before `latest` anyway.
    pub(crate) async fn place(&self, latest: Instant) -> Result<Place, NoTurn> {
        let Some(places) = &self.0.places else { return Ok(Place(None)) };
        if let Ok(permit) = Arc::clone(&places.free).try_acquire_owned() {
            return Ok(Place(Some(permit)));
        }
        let now = Instant::now();
        if let Some(hold) = self.lock().rules.hold(now).filter(|hold| hold.outlasts(latest)) {
            return Err(hold.no_turn(now));
        }
        match timeout_at(latest, Arc::clone(&places.free).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Place(Some(permit))),
            _ => Err(NoTurn { why: Why::Places(places.count), opens: None }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts as one prediction in flight until it is dropped.
#[must_use]
pub(crate) struct Place(
    #[expect(dead_code, reason = "held for its drop")] Option<OwnedSemaphorePermit>,
);

/// A place in line, of one request.
pub(crate) struct Ticket<'a> {
    lane: &'a Lane,
    number: u64,
}

enum Look<'a> {
    Go(Turn<'a>),
    Never(NoTurn),
    Until(Instant),
}

impl<'a> Ticket<'a> {
    /// Waits for its turn. An open lane without a line keeps nobody, even after `latest`.
    ///
    /// # Errors
    /// The turn cannot come before `latest`: at once if that can be known, at `latest` if not.
    pub(crate) async fn turn(&mut self, latest: Instant) -> Result<Turn<'a>, NoTurn> {
        match self.look(latest, false) {
            Look::Go(turn) => return Ok(turn),
            Look::Never(reason) => return Err(reason),
            Look::Until(_) => {}
        }
        let waiting = Waiting::join(self.lane, self.number);
        loop {
            match self.look(latest, true) {
                Look::Go(turn) => return Ok(turn),
                Look::Never(reason) => return Err(reason),
                // Woken or not, it looks again.
                Look::Until(next) => _ = timeout_at(next, waiting.woken.notified()).await,
            }
        }
    }

    fn look(&self, latest: Instant, waited: bool) -> Look<'a> {
        let now = Instant::now();
        let mut state = self.lane.lock();
        let is_first = state.line.first_key_value().is_none_or(|(&first, _)| first >= self.number);
        let is_late = waited && now >= latest;
        let hold = match state.rules.hold(now) {
            None if is_first && !is_late => {
                let departure = state.rules.leave(now);
                return Look::Go(Turn { lane: self.lane, departure, seen: Seen::default() });
            }
            hold => hold.unwrap_or(Hold { why: Why::Line, opens: None }),
        };
        if is_late || hold.outlasts(latest) {
            return Look::Never(hold.no_turn(now));
        }
        Look::Until(hold.opens.filter(|_| is_first).map_or(latest, |opens| opens.min(latest)))
    }
}

/// One in the line, until it is dropped, by which the next one becomes its head.
struct Waiting<'a> {
    lane: &'a Lane,
    number: u64,
    woken: Arc<Notify>,
}

impl<'a> Waiting<'a> {
    fn join(lane: &'a Lane, number: u64) -> Self {
        let woken = Arc::new(Notify::new());
        lane.lock().line.insert(number, Arc::clone(&woken));
        Self { lane, number, woken }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let next = {
            let mut state = self.lane.lock();
            let was_head = state.line.first_key_value().is_some_and(|(&n, _)| n == self.number);
            state.line.remove(&self.number);
            was_head.then(|| state.head()).flatten()
        };
        wake(next);
    }
}

/// Never called with the lane locked: a waker may drop a future that locks it.
fn wake(waiting: Option<Arc<Notify>>) {
    if let Some(waiting) = waiting {
        waiting.notify_one();
    }
}

/// A request in flight. Dropped unfinished, it got no answer.
#[must_use]
pub(crate) struct Turn<'a> {
    lane: &'a Lane,
    departure: Departure,
    seen: Seen,
}

impl Turn<'_> {
    /// Takes in what the answer said, for everybody.
    pub(crate) fn finish(mut self, seen: Seen) {
        self.seen = seen;
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let now = Instant::now();
        let head = {
            let mut state = self.lane.lock();
            let is_wanted = !state.line.is_empty();
            state.rules.land(self.departure, self.seen, now, is_wanted);
            state.head()
        };
        wake(head);
    }
}

/// Why a turn could not come in time.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) struct NoTurn {
    pub(crate) why: Why,
    /// How long until the lane opens, where that is known.
    pub(crate) opens: Option<Duration>,
}

/// What keeps a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Why {
    /// The pause after a 429.
    Refused,
    /// `ratelimit-remaining` is used up.
    UsedUp,
    /// So many have left in the last 60 seconds.
    PerMinute(usize),
    /// All that may be unanswered at the same time are.
    Unanswered,
    /// So many places are held.
    Places(usize),
    /// Those before it.
    Line,
}

impl fmt::Display for NoTurn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.why {
            Why::Refused => f.write_str("the gateway has answered 429 and asked for a pause")?,
            Why::UsedUp => f.write_str("the gateway's limit is used up (ratelimit-remaining)")?,
            Why::PerMinute(count) => write!(f, "left within a minute: {count}, the most allowed")?,
            Why::Unanswered => f.write_str("those sent before were not answered in time")?,
            Why::Places(count) => write!(f, "predictions in flight: {count}, the most allowed")?,
            Why::Line => f.write_str("it did not come to the head of the line in time")?,
        }
        match self.opens {
            Some(opens) => write!(f, "; the next may leave in {opens:.1?}"),
            None => Ok(()),
        }
    }
}
