//! A prediction's events as a stream, whether they are heard or found by looking.

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

/// The events of one prediction, which end with [`StreamEvent::Done`] or with an error: see
/// [`Client::stream`](crate::Client::stream).
///
/// Nothing happens unless it is read. Dropping it ends the listening and not the prediction.
#[must_use = "streams do nothing unless they are read"]
pub struct EventStream(WorkStream<StreamEvent>);

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream").field("over", &self.0.is_over()).finish_non_exhaustive()
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

/// Tells the events of a prediction until it is over or the deadline passes.
pub(crate) async fn forward(
    context: &Context,
    prediction: &Prediction,
    sender: Sender<StreamEvent>,
) -> Result<(), Error> {
    let deadline = context.wait.ends();
    let mut forwarded =
        Forwarded { sender, logs: String::new(), output: String::new(), error: false };
    let over = match prediction.id() {
        Some(id) if !prediction.is_terminal() => {
            until_over(context, id, prediction, deadline, &mut forwarded).await?
        }
        _ => Some(prediction.clone()),
    };
    if let Some(over) = over {
        forwarded.rest(&over);
    }
    Ok(())
}

/// Tells what happens until a prediction is over, and gives it back; nothing if the stream has forwarded
/// the end, too.
async fn until_over(
    context: &Context,
    id: &PredictionId,
    prediction: &Prediction,
    deadline: Instant,
    forwarded: &mut Forwarded,
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
                forwarded.event(event);
                if done {
                    return Ok(None);
                }
                // Whoever reads slowly is not to be forwarded everything at once.
                tokio::task::yield_now().await;
            }
            Received::Terminal(prediction) => return Ok(Some(*prediction)),
            Received::Lost => break,
        }
    }
    let first = due.saturating_duration_since(Instant::now());
    let observer = &mut |prediction: &Prediction, _: &Schedule| forwarded.logs_of(prediction);
    match poll::until_terminal(context, id, deadline, first, &mut schedule, observer).await {
        Ok(prediction) => Ok(Some(prediction)),
        Err(Error::PredictionFailed(prediction)) => Ok(Some(*prediction)),
        Err(error) => Err(match &source {
            Some(source) => source.completed(error),
            None => error,
        }),
    }
}

/// What was forwarded, so that nothing is forwarded twice when others than the stream tell it.
struct Forwarded {
    sender: Sender<StreamEvent>,
    logs: String,
    output: String,
    error: bool,
}

impl Forwarded {
    /// What the stream forwarded.
    fn event(&mut self, event: StreamEvent) {
        match &event {
            StreamEvent::Output(text) => self.output.push_str(text),
            StreamEvent::Logs(text) => self.logs.push_str(text),
            StreamEvent::Error(_) => self.error = true,
            StreamEvent::Done(_) | StreamEvent::Other { .. } => {}
        }
        self.sender.send(event);
    }

    /// What is new in the log of a prediction.
    fn logs_of(&mut self, prediction: &Prediction) {
        let log = prediction.logs();
        // A look may know less than the stream has forwarded.
        if logs::after(&self.logs, log).is_some() {
            return;
        }
        // A log that does not go on from where it was is forwarded as a whole.
        let new = logs::after(log, &self.logs).unwrap_or(log).to_owned();
        log.clone_into(&mut self.logs);
        self.sender.send(StreamEvent::Logs(new));
    }

    /// What was not forwarded yet of a prediction that is over.
    fn rest(&mut self, prediction: &Prediction) {
        self.logs_of(prediction);
        self.outputs_of(prediction);
        if let Some(error) = prediction.error().filter(|_| !self.error) {
            self.sender.send(StreamEvent::Error(error));
        }
        self.sender.send(StreamEvent::Done(DoneReason::of(prediction)));
    }

    fn outputs_of(&mut self, prediction: &Prediction) {
        let forwarded = std::mem::take(&mut self.output);
        let mut forwarded = forwarded.as_str();
        for text in prediction.outputs().iter().map(text_of) {
            if let Some(left) = forwarded.strip_prefix(text.as_str()) {
                forwarded = left;
                continue;
            }
            // Where it is not what was forwarded, it is forwarded as a whole: nothing may be lost.
            let new = text.strip_prefix(forwarded).unwrap_or(&text);
            forwarded = "";
            self.sender.send(StreamEvent::Output(new.to_owned()));
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
