//! [`EventStream`]: a prediction's events, from its stream or from polling.

use std::fmt;
use std::pin::Pin;
use std::task::{self, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::Stream;
use tokio::time::Instant;

use crate::core::context::Context;
use crate::error::Error;
use crate::model::error_message::ErrorMessage;
use crate::model::logs;
use crate::model::output::Output;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::stream_event::{DoneReason, StreamEvent};
use crate::wait::channel::{Sender, WorkStream};
use crate::wait::poll;
use crate::wait::schedule::{Created, Schedule};
use crate::wait::sse::{EventSource, Received};

/// A stream of one prediction's events, ending with [`StreamEvent::Done`] or an error: see
/// [`Client::stream`](crate::Client::stream).
///
/// Lazy: nothing happens unless it is polled. Dropping it does not affect the prediction.
#[must_use = "streams do nothing unless they are read"]
pub struct EventStream(WorkStream<StreamEvent>);

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("finished", &self.0.is_finished())
            .finish_non_exhaustive()
    }
}

impl EventStream {
    pub(crate) fn of<F>(work: impl FnOnce(Sender<StreamEvent>) -> F) -> Self
    where
        F: Future<Output = Result<(), Error>> + Send + 'static,
    {
        Self(WorkStream::of(work))
    }
}

impl Stream for EventStream {
    type Item = Result<StreamEvent, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Option<Self::Item>> {
        self.0.poll(task)
    }
}

/// Sends a prediction's events until it is terminal or the deadline passes.
pub(crate) async fn send_events(
    context: &Context,
    prediction: &Prediction,
    sender: Sender<StreamEvent>,
) -> Result<(), Error> {
    let deadline = context.wait.ends();
    let mut sent = SentEvents { sender, logs: String::new(), output: String::new(), error: false };
    let terminal = match prediction.id() {
        Some(id) if !prediction.is_terminal() => {
            until_terminal(context, id, prediction, deadline, &mut sent).await?
        }
        _ => Some(prediction.clone()),
    };
    if let Some(terminal) = terminal {
        sent.finish(&terminal);
    }
    Ok(())
}

/// Sends events until the prediction is terminal, and returns it; `None` if the stream has already
/// sent the end.
async fn until_terminal(
    context: &Context,
    id: &PredictionId,
    prediction: &Prediction,
    deadline: Instant,
    sent: &mut SentEvents,
) -> Result<Option<Prediction>, Error> {
    let mut schedule = Schedule::new(Created::Elsewhere, None);
    schedule.observe(prediction, context);
    let first = schedule.pause(context);
    let due = Instant::now() + first;
    let mut source = EventSource::of(context, id, prediction, deadline);
    while let Some(source) = &mut source {
        match source.next().await? {
            Received::Event(event) => {
                let done = matches!(event, StreamEvent::Done(_));
                sent.event(event);
                if done {
                    return Ok(None);
                }
                // Lets a slow reader catch up instead of buffering the whole stream.
                tokio::task::yield_now().await;
            }
            Received::Terminal(prediction) => return Ok(Some(*prediction)),
            Received::Lost => break,
        }
    }
    let first = due.saturating_duration_since(Instant::now());
    let observer = &mut |prediction: &Prediction, _: &Schedule| sent.logs_of(prediction);
    match poll::until_terminal(context, id, deadline, first, &mut schedule, observer).await {
        Ok(prediction) => Ok(Some(prediction)),
        Err(Error::PredictionFailed(prediction)) => Ok(Some(*prediction)),
        Err(error) => Err(match &source {
            Some(source) => source.with_status(error),
            None => error,
        }),
    }
}

/// What has been sent, so that nothing is repeated when polling takes over from the stream.
struct SentEvents {
    sender: Sender<StreamEvent>,
    logs: String,
    output: String,
    error: bool,
}

impl SentEvents {
    /// Sends an event of the stream.
    fn event(&mut self, event: StreamEvent) {
        match &event {
            StreamEvent::Output(text) => self.output.push_str(text),
            StreamEvent::Logs(text) => self.logs.push_str(text),
            StreamEvent::Error(_) => self.error = true,
            StreamEvent::Done(_) | StreamEvent::Other { .. } => {}
        }
        self.sender.send(event);
    }

    /// Sends the new part of the log.
    fn logs_of(&mut self, prediction: &Prediction) {
        let log = prediction.logs();
        // A poll may be behind the stream.
        if logs::after(&self.logs, log).is_some() {
            return;
        }
        // A log that does not continue the previous one is sent in full.
        let new = logs::after(log, &self.logs).unwrap_or(log).to_owned();
        log.clone_into(&mut self.logs);
        self.sender.send(StreamEvent::Logs(new));
    }

    /// Sends the rest of a terminal prediction.
    fn finish(&mut self, prediction: &Prediction) {
        self.logs_of(prediction);
        self.outputs_of(prediction);
        if let Some(error) = prediction.error().filter(|_| !self.error) {
            self.sender.send(StreamEvent::Error(error));
        }
        self.sender.send(StreamEvent::Done(DoneReason::of(prediction)));
    }

    fn outputs_of(&mut self, prediction: &Prediction) {
        let sent = std::mem::take(&mut self.output);
        let mut sent = sent.as_str();
        for text in prediction.outputs().iter().map(text_of) {
            if let Some(rest) = sent.strip_prefix(text.as_str()) {
                sent = rest;
                continue;
            }
            // Output that differs from what was sent is sent in full: nothing may be lost.
            let new = text.strip_prefix(sent).unwrap_or(&text);
            sent = "";
            self.sender.send(StreamEvent::Output(new.to_owned()));
        }
    }
}

/// Formats an output as the stream would send it.
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
