//! `GET /v1/streams/{stream_id}`: follows a prediction by server-sent events.
//!
//! Events are computed when the reader asks for more: a stream has no task, no queue and no
//! registry. A slow reader holds nothing back and gets longer events.

use crate::http::middleware::AboutPrediction;
use crate::http::origin::Origin;
use crate::http::prediction_json::{file_url, json_output};
use crate::http::recorded_output::with_urls;
use crate::model::lifecycle::Snapshot;
use crate::model::logs::Lines;
use crate::model::outputs::Part;
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::problem::Problem;
use crate::wire::sse::{End, EventId, event};
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use futures_util::stream::{iter, unfold};
use http::HeaderMap;
use quickrouter_api::Status;
use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// A comment follows after this long without an event.
const QUIET: Duration = Duration::from_secs(15);
/// The id of the last event received, in a request to resume after it.
const LAST_SEEN: &str = "last-event-id";

pub(crate) async fn get(
    State(state): State<Shared>,
    Path(id): Path<String>,
    origin: Origin,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let gone = || Problem::not_found(format!("There is no stream {id:?}."));
    let (record, now) = {
        let store = state.store();
        (store.by_stream(&id).ok_or_else(gone)?, state.now())
    };
    let snapshot = record.at(now);
    if snapshot.removed {
        return Err(gone());
    }
    let seen = headers.get(LAST_SEEN).and_then(|id| id.to_str().ok()).and_then(EventId::parse);
    let about = Extension(AboutPrediction(record.id.clone()));
    let start = |record| EventStream::new(Arc::clone(&state), record, origin.clone());
    let stream = seen.and_then(|seen| start(Arc::clone(&record)).resume(seen, &snapshot));
    let stream = stream.unwrap_or_else(|| start(record));
    let events = unfold(stream, EventStream::next).flat_map(iter).map(Ok::<_, Infallible>);
    let alive = KeepAlive::new().interval(QUIET);
    Ok((about, Sse::new(events).keep_alive(alive)).into_response())
}

/// The position of one reader.
struct EventStream {
    state: Shared,
    record: Arc<Record>,
    origin: Origin,
    position: EventId,
    lines: Lines,
}

impl EventStream {
    /// Starts at the beginning.
    fn new(state: Shared, record: Arc<Record>, origin: Origin) -> Self {
        let lines = Lines::new(&record.lifecycle.plan);
        Self { state, record, origin, position: EventId::default(), lines }
    }

    /// Resumes after `seen`; `None` if no reader can have received that much.
    fn resume(mut self, seen: EventId, snapshot: &Snapshot) -> Option<Self> {
        while self.position.logs < seen.logs {
            self.line(snapshot)?;
        }
        let all = self.record.parts_at(snapshot).len();
        let over = snapshot.is_terminal();
        let fits = match seen.end {
            End::Open => seen.outputs <= all,
            End::Error => snapshot.status == Status::Failed && seen.outputs == 0,
            End::Done => over && seen.outputs == all,
        };
        // What comes only with the end comes after all lines.
        let gradual = self.record.lifecycle.plan.outputs.is_gradual() || seen.outputs == 0;
        let all_lines = gradual && seen.end == End::Open
            || self.lines.next_at().is_none_or(|at| at > snapshot.ran);
        let possible = self.position.logs == seen.logs && fits && all_lines;
        self.position = seen;
        possible.then_some(self)
    }

    /// Waits for the next events.
    async fn next(mut self) -> Option<(Vec<Event>, Self)> {
        let state = Arc::clone(&self.state);
        loop {
            // Created before the refresh, so that no cancel is missed in between.
            let canceled = state.canceled.notified();
            let now = state.refresh(&mut self.record);
            let snapshot = self.record.at(now);
            if snapshot.removed || self.position.end == End::Done {
                return None;
            }
            let events = self.new_events(&snapshot);
            if !events.is_empty() {
                return Some((events, self));
            }
            let part = self.record.lifecycle.plan.outputs.next_at(snapshot.ran);
            let next = [self.lines.next_at(), part].into_iter().flatten().min();
            let change = self.record.lifecycle.next_change(now, next)?;
            let left = change.duration_since(now).unwrap_or_default();
            tokio::select! {
                biased;
                () = state.closed() => return None,
                () = canceled => {}
                () = sleep(left) => {}
            }
        }
    }

    /// The events since the last ones.
    fn new_events(&mut self, snapshot: &Snapshot) -> Vec<Event> {
        let mut events = Vec::new();
        let mut logs = String::new();
        while let Some(lines) = self.line(snapshot) {
            logs.push_str(&lines);
        }
        if !logs.is_empty() {
            events.push(event("logs", self.position, &logs));
        }
        for part in self.record.parts_at(snapshot).into_iter().skip(self.position.outputs) {
            self.position.outputs += 1;
            let data = match part {
                Part::File(index) => Cow::from(file_url(&self.record, index, &self.origin)),
                Part::Text(text) => text.into(),
                Part::Json(json) => {
                    json_output(&self.record, json, &self.origin).to_string().into()
                }
                Part::Recorded(value) => {
                    with_urls(&self.record, value, &self.origin).to_string().into()
                }
            };
            events.push(event("output", self.position, &data));
        }
        if snapshot.is_terminal() {
            self.end(&mut events, &snapshot.status);
        }
        events
    }

    fn end(&mut self, events: &mut Vec<Event>, status: &Status) {
        if *status == Status::Failed && self.position.end == End::Open {
            self.position.end = End::Error;
            events.push(event("error", self.position, &self.record.lifecycle.error()));
        }
        self.position.end = End::Done;
        let reason = match status {
            Status::Succeeded => "{}",
            Status::Failed => r#"{"reason":"error"}"#,
            _ => r#"{"reason":"canceled"}"#,
        };
        events.push(event("done", self.position, reason));
    }

    /// The next lines of the logs, if they are written by now.
    fn line(&mut self, snapshot: &Snapshot) -> Option<String> {
        snapshot.started_at?;
        let text = self.lines.up_to(&self.record.lifecycle.plan, snapshot.ran)?;
        self.position.logs += text.len();
        Some(text)
    }
}
