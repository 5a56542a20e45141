//! Waiting for the end of a prediction by its stream, and by looks where the stream is of no use.

use std::time::Duration;

use tokio::time::Instant;

use crate::core::context::Connection;
use crate::error::Error;
use crate::model::logs;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::stream_event::StreamEvent;
use crate::wait::poll::{self, Look, Seen};
use crate::wait::schedule::Forecast;
use crate::wait::sse::{Heard, Listener};

/// Follows a prediction of which only the id is known: a look at it tells where its stream is.
pub(crate) async fn from_id(
    connection: &Connection,
    id: &PredictionId,
    deadline: Instant,
    forecast: &mut Forecast,
    seen: Seen<'_>,
) -> Result<Prediction, Error> {
    let Look::At(prediction) = poll::look(connection, id, deadline).await else {
        return poll::watch(connection, id, deadline, Duration::ZERO, forecast, seen).await;
    };
    forecast.observe(&prediction, connection);
    seen(&prediction, forecast);
    if prediction.is_terminal() {
        return poll::over(connection, forecast, prediction);
    }
    let first = forecast.pause(connection);
    watch(connection, id, *prediction, deadline, first, forecast, seen).await
}

/// Follows a prediction until it is over or the deadline passes. While its stream is open nobody
/// looks at it; without one the first look is after `first`.
pub(crate) async fn watch(
    connection: &Connection,
    id: &PredictionId,
    mut shown: Prediction,
    deadline: Instant,
    first: Duration,
    forecast: &mut Forecast,
    seen: Seen<'_>,
) -> Result<Prediction, Error> {
    let start = Instant::now();
    let Some(mut listener) = Listener::to(connection, id, &shown, deadline) else {
        return poll::watch(connection, id, deadline, first, forecast, seen).await;
    };
    let mut log = String::new();
    let first = loop {
        match listener.next().await? {
            Heard::Event(StreamEvent::Logs(new)) => {
                log.push_str(&new);
                // A stream begins at the beginning, so at first it may tell what is known already.
                if logs::after(shown.logs(), &log).is_none() {
                    shown = shown.with_logs(&log);
                    // A line that is no bar tells nothing about the end.
                    if shown.progress().is_some() {
                        forecast.observe(&shown, connection);
                    }
                    seen(&shown, forecast);
                }
            }
            // It is over when a look shows it to be.
            Heard::Event(StreamEvent::Done(_)) => break Duration::ZERO,
            Heard::Event(_) => {}
            Heard::Over(prediction) => {
                forecast.observe(&prediction, connection);
                seen(&prediction, forecast);
                return poll::over(connection, forecast, prediction);
            }
            Heard::Lost => break first.saturating_sub(start.elapsed()),
        }
    };
    let ended = poll::watch(connection, id, deadline, first, forecast, seen).await;
    ended.map_err(|error| listener.completed(error))
}
