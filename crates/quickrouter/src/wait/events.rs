//! A prediction's events as a stream, whether they are heard or found by looking.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::Stream;
use tokio::time::Instant;

use crate::core::context::Connection;
use crate::error::Error;
use crate::model::error_message::ErrorMessage;
use crate::model::logs;
use crate::model::output::Output;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::stream_event::{DoneReason, StreamEvent};
use crate::wait::channel::{Tell, Telling};
use crate::wait::poll;
use crate::wait::schedule::{Began, Forecast};
use crate::wait::sse::{Heard, Listener};

/// The events of one prediction, which end with [`StreamEvent::Done`] or with an error: see
/// [`Client::stream`](crate::Client::stream).
///
/// Nothing happens unless it is read. Dropping it ends the listening and not the prediction.
#[must_use = "streams do nothing unless they are read"]
pub struct EventStream(Telling<StreamEvent>);

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("over", &self.0.is_over()).finish_non_exhaustive()
    }
}

impl EventStream {
    pub(crate) fn of<F>(work: impl FnOnce(Tell<StreamEvent>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self(Telling::of(work))
    }
}

impl Stream for EventStream {
    type Item = Result<StreamEvent, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll(context)
    }
}

/// Tells the events of a prediction until it is over or the deadline passes.
pub(crate) async fn tell(
    connection: &Connection,
    prediction: &Prediction,
    tell: Tell<StreamEvent>,
) -> Result<(), Error> {
    let deadline = connection.wait.ends();
    let mut told = Told { tell, logs: String::new(), output: String::new(), error: false };
    let over = match prediction.id() {
        Some(id) if !prediction.is_terminal() => {
            until_over(connection, id, prediction, deadline, &mut told).await?
        }
        _ => Some(prediction.clone()),
    };
    if let Some(over) = over {
        told.rest(&over);
    }
    Ok(())
}

/// Tells what happens until a prediction is over, and gives it back; nothing if the stream has told
/// the end, too.
async fn until_over(
    connection: &Connection,
    id: &PredictionId,
    prediction: &Prediction,
    deadline: Instant,
    told: &mut Told,
) -> Result<Option<Prediction>, Error> {
    let mut forecast = Forecast::new(Began::Elsewhere, None);
    forecast.observe(prediction, connection);
    let first = forecast.pause(connection);
    let due = Instant::now() + first;
    let mut listener = Listener::to(connection, id, prediction, deadline);
    while let Some(listener) = &mut listener {
        match listener.next().await? {
            Heard::Event(event) => {
                let done = matches!(event, StreamEvent::Done(_));
                told.event(event);
                if done {
                    return Ok(None);
                }
                // Whoever reads slowly is not to be told everything at once.
                tokio::task::yield_now().await;
            }
            Heard::Over(prediction) => return Ok(Some(*prediction)),
            Heard::Lost => break,
        }
    }
    let first = due.saturating_duration_since(Instant::now());
    let seen = &mut |prediction: &Prediction, _: &Forecast| told.logs_of(prediction);
    match poll::watch(connection, id, deadline, first, &mut forecast, seen).await {
        Ok(prediction) => Ok(Some(prediction)),
        Err(Error::PredictionFailed(prediction)) => Ok(Some(*prediction)),
        Err(error) => Err(match &listener {
            Some(listener) => listener.completed(error),
            None => error,
        }),
    }
}

/// What was told, so that nothing is told twice when others than the stream tell it.
struct Told {
    tell: Tell<StreamEvent>,
    logs: String,
    output: String,
    error: bool,
}

impl Told {
    /// What the stream told.
    fn event(&mut self, event: StreamEvent) {
        match &event {
            StreamEvent::Output(text) => self.output.push_str(text),
            StreamEvent::Logs(text) => self.logs.push_str(text),
            StreamEvent::Error(_) => self.error = true,
            StreamEvent::Done(_) | StreamEvent::Other { .. } => {}
        }
        self.tell.tell(event);
    }

    /// What is new in the log of a prediction.
    fn logs_of(&mut self, prediction: &Prediction) {
        let log = prediction.logs();
        // A look may know less than the stream has told.
        if logs::after(&self.logs, log).is_some() {
            return;
        }
        // A log that does not go on from where it was is told as a whole.
        let new = logs::after(log, &self.logs).unwrap_or(log).to_owned();
        log.clone_into(&mut self.logs);
        self.tell.tell(StreamEvent::Logs(new));
    }

    /// What was not told yet of a prediction that is over.
    fn rest(&mut self, prediction: &Prediction) {
        self.logs_of(prediction);
        self.outputs_of(prediction);
        if let Some(error) = prediction.error().filter(|_| !self.error) {
            self.tell.tell(StreamEvent::Error(error));
        }
        self.tell.tell(StreamEvent::Done(DoneReason::of(prediction)));
    }

    fn outputs_of(&mut self, prediction: &Prediction) {
        let told = std::mem::take(&mut self.output);
        let mut told = told.as_str();
        for text in prediction.outputs().iter().map(text_of) {
            if let Some(left) = told.strip_prefix(text.as_str()) {
                told = left;
                continue;
            }
            // Where it is not what was told, it is told as a whole: nothing may be lost.
            let new = text.strip_prefix(told).unwrap_or(&text);
            told = "";
            self.tell.tell(StreamEvent::Output(new.to_owned()));
        }
    }
}

/// An output as a stream would tell it.
fn text_of(output: &Output) -> String {
    match output {
        Output::Url(text) | Output::Text(text) => text.clone(),
        Output::Data { media_type, bytes } => {
            format!("data:{media_type};base64,{}", STANDARD.encode(bytes))
        }
        Output::Json(value) => value.to_string(),
        Output::Undecodable { content, .. } => content.clone(),
        Output::Failed { message, code } => {
            let (message, code) = (message.clone(), code.clone());
            ErrorMessage { message, code }.in_words()
        }
    }
}
