//! A prediction that is being recorded.

use crate::recording::draft::Draft;
use quickrouter_api::Status;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A prediction with an unknown status has ended if its output and its time of completion stay the
/// same for this long, as some relays have statuses of their own.
const SETTLED: Duration = Duration::from_secs(10);
/// And for so many polls.
const SETTLED_POLLS: u32 = 3;

/// A prediction that is being recorded.
pub(super) struct Tracked {
    /// `None` for one that the gateway gave no id.
    pub(super) id: Option<String>,
    /// The name of the recording and its files, without extensions.
    pub(super) stem: String,
    pub(super) path: PathBuf,
    /// When the create was sent.
    sent: Instant,
    inner: Mutex<Inner>,
    /// Notified when a client's request observes its end.
    pub(super) ended: Notify,
}

struct Inner {
    draft: Draft,
    /// When the request of the last observation was sent.
    last: Instant,
    removed: bool,
    settled: Option<(String, Instant, u32)>,
}

impl Tracked {
    pub(super) fn new(
        id: Option<String>,
        (stem, path): (String, PathBuf),
        draft: Draft,
        sent: Instant,
    ) -> Self {
        let inner = Inner { draft, last: sent, removed: false, settled: None };
        Self { id, stem, path, sent, inner: Mutex::new(inner), ended: Notify::new() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what a response to a request sent at `asked` says, unless a later one was observed.
    pub(super) fn observe(&self, prediction: &Map<String, Value>, asked: Instant) {
        let mut inner = self.inner();
        if asked < inner.last || is_over(&inner) {
            return;
        }
        // Its data is deleted after a while, and what was there before is what is recorded.
        if prediction.get("data_removed").and_then(Value::as_bool) == Some(true) {
            inner.removed = true;
            return;
        }
        inner.last = asked;
        inner.draft.observe(prediction, self.sent.elapsed().as_secs_f64());
        inner.settle(prediction);
        if is_over(&inner) {
            self.ended.notify_waiters();
        }
    }

    /// Whether it has ended, or its data is gone.
    pub(super) fn is_over(&self) -> bool {
        let inner = self.inner();
        is_over(&inner) || inner.removed
    }

    /// Why it is not what can be replayed; `None` if it ended.
    pub(super) fn unfinished(&self) -> Option<String> {
        let inner = self.inner();
        if is_over(&inner) {
            return None;
        }
        let status = inner.draft.status();
        Some(if inner.removed {
            format!("its data was removed before its end was seen; it was {status}")
        } else {
            format!("it was last seen {status}")
        })
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.sent.elapsed()
    }

    pub(super) fn draft(&self) -> Draft {
        self.inner().draft.clone()
    }
}

impl Inner {
    fn settle(&mut self, prediction: &Map<String, Value>) {
        let there = |name: &str| prediction.get(name).filter(|value| !value.is_null());
        let Some((output, completed)) = there("output").zip(there("completed_at")) else {
            self.settled = None;
            return;
        };
        let now = format!("{output} {completed}");
        match &mut self.settled {
            Some((before, _, polls)) if *before == now => *polls += 1,
            settled => *settled = Some((now, Instant::now(), 1)),
        }
    }
}

fn is_over(inner: &Inner) -> bool {
    let status = Status::from(inner.draft.status());
    let settled = || {
        let settled = inner.settled.as_ref();
        settled.is_some_and(|(_, since, polls)| {
            matches!(status, Status::Other(_))
                && *polls >= SETTLED_POLLS
                && since.elapsed() >= SETTLED
        })
    };
    status.is_terminal() || settled()
}
