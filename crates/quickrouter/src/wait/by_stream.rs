//! Waiting for a prediction by its event stream, falling back to polling.

use std::time::Duration;

use tokio::time::Instant;

use crate::core::context::Context;
use crate::error::Error;
use crate::model::logs;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::stream_event::StreamEvent;
use crate::wait::poll::{self, Observer, Polled};
use crate::wait::schedule::Schedule;
use crate::wait::sse::{EventSource, Received};

/// Waits for a prediction known only by its id: the first poll returns the stream's URL.
pub(crate) async fn from_id(
    context: &Context,
    id: &PredictionId,
    deadline: Instant,
    schedule: &mut Schedule,
    observer: Observer<'_>,
) -> Result<Prediction, Error> {
    let Polled::Prediction(prediction) = poll::once(context, id, deadline).await else {
        return poll::until_terminal(context, id, deadline, Duration::ZERO, schedule, observer)
            .await;
    };
    schedule.observe(&prediction, context);
    observer(&prediction, schedule);
    if prediction.is_terminal() {
        return poll::finish(context, schedule, prediction);
    }
    let first = schedule.pause(context);
    until_terminal(context, id, *prediction, deadline, first, schedule, observer).await
}

/// Waits until a prediction is terminal or the deadline passes. It is not polled while its stream
/// is open; without a stream the first poll is after `first`.
pub(crate) async fn until_terminal(
    context: &Context,
    id: &PredictionId,
    mut latest: Prediction,
    deadline: Instant,
    first: Duration,
    schedule: &mut Schedule,
    observer: Observer<'_>,
) -> Result<Prediction, Error> {
    let start = Instant::now();
    let Some(mut source) = EventSource::of(context, id, &latest, deadline) else {
        return poll::until_terminal(context, id, deadline, first, schedule, observer).await;
    };
    let mut log = String::new();
    let first = loop {
        match source.next().await? {
            Received::Event(StreamEvent::Logs(new)) => {
                log.push_str(&new);
                // Streams start from the beginning, so the first events may repeat a known log.
                if logs::after(latest.logs(), &log).is_none() {
                    latest = latest.with_logs(&log);
                    // Only progress bars say anything about the end.
                    if latest.progress().is_some() {
                        schedule.observe(&latest, context);
                    }
                    observer(&latest, schedule);
                }
            }
            // `done` is confirmed by a poll.
            Received::Event(StreamEvent::Done(_)) => break Duration::ZERO,
            Received::Event(_) => {}
            Received::Terminal(prediction) => {
                schedule.observe(&prediction, context);
                observer(&prediction, schedule);
                return poll::finish(context, schedule, prediction);
            }
            Received::Lost => break first.saturating_sub(start.elapsed()),
        }
    };
    let ended = poll::until_terminal(context, id, deadline, first, schedule, observer).await;
    ended.map_err(|error| source.with_status(error))
}
