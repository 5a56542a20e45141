//! `GET /emulator/events`: tells an open page, by server-sent events, when to refresh.

use crate::state::Shared;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{Stream, unfold};
use std::convert::Infallible;
use std::time::{Duration, SystemTime};
use tokio::sync::watch;

/// The shortest time between two events, however much happens.
const GAP: Duration = Duration::from_millis(350);
/// The time between two events while a prediction is under way, if nothing else happens.
const STEP: Duration = Duration::from_secs(1);
/// How long a page waits before it connects again.
const RETRY: Duration = Duration::from_secs(1);

pub(super) async fn get(
    State(state): State<Shared>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = state.subscribe();
    // The first comes at once: something may have happened since the page was made.
    changes.mark_changed();
    let first = ChangeStream { notified_at: None, changes, state };
    let events = unfold(first, |stream| async {
        let stream = stream.next().await?;
        // Without data it would be no event to the browser.
        Some((Ok(Event::default().retry(RETRY).data("changed")), stream))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

struct ChangeStream {
    state: Shared,
    changes: watch::Receiver<u64>,
    /// When the page was last notified.
    notified_at: Option<SystemTime>,
}

impl ChangeStream {
    /// Waits for the next event; `None` once the emulator stops.
    async fn next(mut self) -> Option<Self> {
        if self.notified_at.is_some() {
            tokio::time::sleep(GAP).await;
        }
        let step = self.step();
        tokio::select! {
            changed = self.changes.changed() => changed.ok()?,
            () = step => {}
            () = self.state.closed() => return None,
        }
        self.notified_at = Some(self.state.now());
        Some(self)
    }

    /// Waits until a prediction may have changed; forever if all are terminal.
    fn step(&self) -> impl Future<Output = ()> + use<> {
        let end = self.state.store().last_end();
        let under_way = end.filter(|end| self.notified_at.is_some_and(|at| at < *end));
        let left = under_way.map(|end| end.duration_since(self.state.now()).unwrap_or_default());
        async move {
            match left {
                Some(left) => tokio::time::sleep(left.min(STEP)).await,
                None => std::future::pending().await,
            }
        }
    }
}
