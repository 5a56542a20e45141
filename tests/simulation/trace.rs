//! What happened in one world, line by line.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// Since the world began.
    pub(crate) at: Duration,
    pub(crate) caller: usize,
    /// What goes on beside other things of the same caller: a request path, or nothing.
    pub(crate) lane: String,
    pub(crate) text: String,
}

/// Collects what happens, and counts it.
#[derive(Debug)]
pub(crate) struct Trace {
    start: Instant,
    lines: Mutex<Vec<Line>>,
    counts: Mutex<BTreeMap<String, u64>>,
}

/// How often what happened.
pub(crate) type Summary = BTreeMap<String, u64>;

impl Trace {
    pub(crate) fn begin() -> Self {
        Self { start: Instant::now(), lines: Mutex::default(), counts: Mutex::default() }
    }

    pub(crate) fn start(&self) -> Instant {
        self.start
    }

    pub(crate) fn note(&self, caller: usize, lane: &str, text: impl Into<String>) {
        let (at, lane, text) = (self.start.elapsed(), lane.to_owned(), text.into());
        locked(&self.lines).push(Line { at, caller, lane, text });
    }

    pub(crate) fn count(&self, what: impl Into<String>) {
        *locked(&self.counts).entry(what.into()).or_default() += 1;
    }

    pub(crate) fn summary(&self) -> Summary {
        locked(&self.counts).clone()
    }

    /// The lines by time. Within one millisecond what is independent of each other has no order,
    /// since files are written on another thread; so callers and lanes stand one after the other.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = locked(&self.lines).clone();
        lines.sort_by(|a, b| {
            let key = |line: &Line| (line.at.as_millis(), line.caller);
            key(a).cmp(&key(b)).then_with(|| a.lane.cmp(&b.lane))
        });
        lines
    }
}

/// The lines as they are printed.
pub(crate) fn rendered(lines: &[Line]) -> String {
    lines.iter().fold(String::new(), |mut text, line| {
        let Line { at, caller, lane, text: what } = line;
        let _ = write!(text, "{:>10.3} s  caller {caller}  ", at.as_secs_f64());
        let between = if lane.is_empty() { "" } else { ": " };
        let _ = writeln!(text, "{lane}{between}{what}");
        text
    })
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
