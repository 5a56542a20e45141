//! `GET /v1/streams/{stream_id}`: a prediction as it goes on, as server-sent events.
//!
//! A stream is made when its reader asks for more, out of what there is then: it has no task, no
//! queue and no place to be remembered in. A slow reader holds nothing back and gets longer events.

use crate::http::middleware::Concerns;
use crate::http::origin::Origin;
use crate::model::lifecycle::Moment;
use crate::model::logs::Lines;
use crate::state::Shared;
use crate::state::predictions::Record;
use crate::wire::problem::Problem;
use crate::wire::sse::{COMMENT, End, Told, event};
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::{HeaderMap, header};
use quickrouter_api::Status;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// After so long without an event comes a comment.
const QUIET: Duration = Duration::from_secs(15);
/// The id of the last event that was seen, in a request to go on after it.
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
    let moment = record.at(now);
    if moment.removed {
        return Err(gone());
    }
    let seen = headers.get(LAST_SEEN).and_then(|id| id.to_str().ok()).and_then(Told::parse);
    let concerns = Extension(Concerns(record.id.clone()));
    let begun = |record| Reading::new(Arc::clone(&state), record, origin.clone());
    let reading = seen.and_then(|seen| begun(Arc::clone(&record)).after(seen, &moment));
    let reading = reading.unwrap_or_else(|| begun(record));
    let events = stream::unfold(reading, |reading| async move {
        let (text, reading) = reading.next().await?;
        Some((Ok::<_, Infallible>(text), reading))
    });
    let kind = [(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-cache")];
    Ok((kind, concerns, Body::from_stream(events)).into_response())
}

/// How far one reader is.
struct Reading {
    state: Shared,
    record: Arc<Record>,
    origin: Origin,
    told: Told,
    lines: Lines,
    /// When the reader was told something last.
    heard: Instant,
}

impl Reading {
    /// At the beginning.
    fn new(state: Shared, record: Arc<Record>, origin: Origin) -> Self {
        let lines = Lines::new(&record.life.plan);
        Self { state, record, origin, told: Told::default(), lines, heard: Instant::now() }
    }

    /// Further on, unless a reader cannot have been told so much.
    fn after(mut self, seen: Told, moment: &Moment) -> Option<Self> {
        while self.told.logs < seen.logs {
            self.line(moment)?;
        }
        let all = self.outputs(moment).count();
        let over = moment.is_terminal();
        let fits = match seen.end {
            End::Open => seen.outputs <= all,
            End::Error => moment.status == Status::Failed && seen.outputs == 0,
            End::Done => over && seen.outputs == all,
        };
        let all_lines = seen.outputs == 0 && seen.end == End::Open
            || self.lines.next_at().is_none_or(|at| at > moment.ran);
        let possible = self.told.logs == seen.logs && fits && all_lines;
        self.told = seen;
        possible.then_some(self)
    }

    /// What there is to tell next, as soon as there is something.
    async fn next(mut self) -> Option<(String, Self)> {
        let state = Arc::clone(&self.state);
        loop {
            // Made before the look, so that no cancel falls between the two.
            let canceled = state.canceled.notified();
            let now = state.look(&mut self.record);
            let moment = self.record.at(now);
            if moment.removed || self.told.end == End::Done {
                return None;
            }
            let text = self.news(&moment);
            if !text.is_empty() {
                self.heard = Instant::now();
                return Some((text, self));
            }
            let quiet = self.heard + QUIET;
            if Instant::now() >= quiet {
                self.heard = Instant::now();
                return Some((COMMENT.to_owned(), self));
            }
            let change = self.record.life.changes_after(now, self.lines.next_at())?;
            let left = change.duration_since(now).unwrap_or_default();
            tokio::select! {
                biased;
                () = state.closed() => return None,
                () = canceled => {}
                () = sleep_until(quiet.min(Instant::now() + left)) => {}
            }
        }
    }

    /// The events that were not told yet.
    fn news(&mut self, moment: &Moment) -> String {
        let mut text = String::new();
        let mut logs = String::new();
        while let Some(lines) = self.line(moment) {
            logs.push_str(&lines);
        }
        if !logs.is_empty() {
            event(&mut text, "logs", self.told, &logs);
        }
        let outputs: Vec<usize> = self.outputs(moment).skip(self.told.outputs).collect();
        for index in outputs {
            self.told.outputs += 1;
            let url = self.origin.output(&self.record.id, index);
            event(&mut text, "output", self.told, &url);
        }
        if moment.is_terminal() {
            self.end(&mut text, &moment.status);
        }
        text
    }

    fn end(&mut self, text: &mut String, status: &Status) {
        if *status == Status::Failed && self.told.end == End::Open {
            self.told.end = End::Error;
            event(text, "error", self.told, &self.record.life.error());
        }
        self.told.end = End::Done;
        let reason = match status {
            Status::Succeeded => "{}",
            Status::Failed => r#"{"reason":"error"}"#,
            _ => r#"{"reason":"canceled"}"#,
        };
        event(text, "done", self.told, reason);
    }

    /// The next lines of the logs, if they are written by this moment.
    fn line(&mut self, moment: &Moment) -> Option<String> {
        moment.started_at?;
        let text = self.lines.by(&self.record.life.plan, moment.ran)?;
        self.told.logs += text.len();
        Some(text)
    }

    fn outputs(&self, moment: &Moment) -> impl Iterator<Item = usize> + '_ {
        let there = moment.status == Status::Succeeded;
        self.record.outputs().filter(move |_| there)
    }
}
