//! Reading a prediction's event stream, reconnecting within bounds.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::{Chunks, Status, is_loopback};
use reqwest::header::HeaderValue;
use serde_json::Value;
use sse_core::{MessageEvent, SseDecoder, SseEvent};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::calls::stream::{self, NoStream};
use crate::core::context::Context;
use crate::error::Error;
use crate::http::backoff;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::stream_event::StreamEvent;
use crate::wait::poll::{self, Polled};

/// Largest event accepted, in bytes: one may hold an image as a `data:` URI.
const MAX_EVENT_BYTES: NonZeroUsize = NonZeroUsize::new(16 << 20).unwrap();
/// Maximum number of consecutive failures without a new event.
const MAX_FAILURES: u32 = 3;
/// Time without events, on top of the stall timeout, after which the prediction is polled: its end
/// may have been lost even on a live connection.
const QUIET_MARGIN: Duration = Duration::from_secs(15);

/// The result of reading from the stream.
pub(crate) enum Received {
    Event(StreamEvent),
    /// The stream was silent and a poll showed a terminal prediction.
    Terminal(Box<Prediction>),
    /// The stream is unusable, or its time is up.
    Lost,
}

/// The event stream of one prediction.
pub(crate) struct EventSource<'a> {
    context: &'a Context,
    id: &'a PredictionId,
    url: Url,
    /// When to stop; the time from then to the deadline is for a last poll.
    until: Instant,
    decoder: SseDecoder,
    chunks: Option<Chunks>,
    buffered: Bytes,
    delivered: Ids,
    failures: u32,
    /// The reconnection time requested by the stream.
    reconnection_time: Option<Duration>,
    /// When the last new event arrived.
    last_event: Instant,
    status: Status,
}

impl<'a> EventSource<'a> {
    /// The event source of this prediction, if it has a usable stream URL.
    pub(crate) fn of(
        context: &'a Context,
        id: &'a PredictionId,
        prediction: &Prediction,
        deadline: Instant,
    ) -> Option<Self> {
        let url = prediction.raw().pointer("/urls/stream").and_then(Value::as_str)?;
        let url = Url::parse(url).ok().filter(|url| is_allowed(context, url));
        if url.is_none() {
            tracing::warn!("the stream of prediction {id} has no usable URL");
        }
        Some(Self {
            context,
            id,
            url: url?,
            until: deadline - context.wait.margin(),
            decoder: SseDecoder::with_limit(MAX_EVENT_BYTES),
            chunks: None,
            buffered: Bytes::new(),
            delivered: Ids::default(),
            failures: 0,
            reconnection_time: None,
            last_event: Instant::now(),
            status: prediction.status().clone(),
        })
    }

    /// Returns the next new event.
    ///
    /// # Errors
    /// Those of a poll that ends the wait.
    pub(crate) async fn next(&mut self) -> Result<Received, Error> {
        loop {
            if let Some(event) = self.next_decoded() {
                return Ok(event);
            }
            let (now, quiet_at) = (Instant::now(), self.quiet_at());
            if now >= self.until {
                return Ok(Received::Lost);
            }
            // Checked first: constant traffic without events must not starve the poll.
            if now >= quiet_at {
                if let Some(terminal) = self.poll().await? {
                    return Ok(Received::Terminal(terminal));
                }
                continue;
            }
            let Some(chunks) = &mut self.chunks else {
                match self.connect().await {
                    Ok(()) => continue,
                    Err(NoStream::Retry(problem, retry_after))
                        if self.prepare_reconnect(&problem, retry_after).await =>
                    {
                        continue;
                    }
                    Err(NoStream::Retry(problem, _) | NoStream::Final(problem)) => {
                        return Ok(self.lost(&problem));
                    }
                }
            };
            let problem = match timeout_at(quiet_at.min(self.until), chunks.next()).await {
                Ok(Ok(Some(chunk))) => {
                    self.buffered = chunk;
                    continue;
                }
                Ok(Ok(None)) => "it ended before it was done".to_owned(),
                Ok(Err(fail)) => fail.to_string(),
                Err(_) => continue,
            };
            if !self.prepare_reconnect(&problem, None).await {
                return Ok(self.lost(&problem));
            }
        }
    }

    /// When the stream counts as silent.
    fn quiet_at(&self) -> Instant {
        let patience = self.context.stall_timeout.saturating_add(QUIET_MARGIN);
        self.last_event.checked_add(patience).unwrap_or(self.until)
    }

    /// The next new event in the buffered bytes.
    fn next_decoded(&mut self) -> Option<Received> {
        loop {
            let before = self.decoder.last_event_id().cloned();
            match self.decoder.next(&mut self.buffered)? {
                Ok(SseEvent::Retry(millis)) => {
                    self.reconnection_time = Some(Duration::from_millis(millis.into()));
                }
                Ok(SseEvent::Message(message)) => {
                    if self.delivered.is_new(&message, before.as_ref()) {
                        return Some(Received::Event(self.accept(message)));
                    }
                }
                Err(error) => return Some(self.lost(&error.to_string())),
            }
        }
    }

    fn accept(&mut self, message: MessageEvent) -> StreamEvent {
        (self.failures, self.last_event) = (0, Instant::now());
        let event = StreamEvent::read(&message.event, message.data);
        // Outputs and logs imply that it has started.
        let started = matches!(event, StreamEvent::Output(_) | StreamEvent::Logs(_));
        if started && self.status == Status::Starting {
            self.status = Status::Processing;
        }
        event
    }

    async fn connect(&mut self) -> Result<(), NoStream> {
        let last_event_id =
            self.decoder.last_event_id().map(|id| HeaderValue::from_bytes(id.as_bytes()));
        // An id that is not a valid header value is omitted; repeated events are then detected by
        // id.
        let last_event_id = last_event_id.and_then(Result::ok);
        let opened =
            stream::open(self.context, &self.url, last_event_id, self.until, self.failures + 1);
        self.chunks = Some(opened.await?);
        Ok(())
    }

    /// Prepares to reconnect after a pause; `false` if that is pointless.
    async fn prepare_reconnect(&mut self, problem: &str, retry_after: Option<Duration>) -> bool {
        let context = self.context;
        self.chunks = None;
        self.buffered = Bytes::new();
        // An incomplete event is sent again.
        self.decoder.reconnect();
        self.failures += 1;
        let spent = self.failures >= MAX_FAILURES || context.retry.spent(self.failures);
        if spent || self.delivered.anonymous {
            return false;
        }
        let delay = context.retry.delay(self.failures);
        let pause = retry_after
            .or(self.reconnection_time)
            .map_or(delay, |pause| context.wait.bounded(pause));
        tracing::debug!(?pause, "the stream of prediction {} broke ({problem})", self.id);
        backoff::pause(pause, self.until).await
    }

    fn lost(&mut self, problem: &str) -> Received {
        tracing::warn!("the stream of prediction {} cannot be used ({problem})", self.id);
        self.chunks = None;
        Received::Lost
    }

    /// Polls the prediction, and returns it if it is terminal.
    async fn poll(&mut self) -> Result<Option<Box<Prediction>>, Error> {
        let polled = poll::once(self.context, self.id, self.until).await;
        self.last_event = Instant::now();
        match polled {
            Polled::Prediction(prediction) if prediction.is_terminal() => {
                return Ok(Some(prediction));
            }
            Polled::Prediction(prediction) => self.status = prediction.status().clone(),
            Polled::Refused { .. } | Polled::Unexpected(_) | Polled::Nothing(..) => {}
        }
        Ok(None)
    }

    /// Adds the last known status to a deadline error.
    pub(crate) fn with_status(&self, mut error: Error) -> Error {
        if let Error::Deadline(passed) = &mut error {
            passed.last_status.get_or_insert_with(|| self.status.clone());
        }
        error
    }
}

/// Whether a stream URL may be requested: events contain the input and the outputs, like any
/// response.
fn is_allowed(context: &Context, url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url) || context.allow_http,
        _ => false,
    }
}

/// The ids of the events received.
#[derive(Default)]
struct Ids {
    /// Stored as hashes, so that long ids cost no more.
    received: HashSet<u64>,
    hasher: RandomState,
    /// Whether an event had no id: repeated events cannot be detected then.
    anonymous: bool,
}

impl Ids {
    /// Whether an event is new. An event without an id inherits that of the event `before` it,
    /// according to the HTML standard.
    fn is_new(&mut self, message: &MessageEvent, before: Option<&Arc<str>>) -> bool {
        let inherited = |id: &&Arc<str>| !before.is_some_and(|before| Arc::ptr_eq(id, before));
        let Some(id) = message.last_event_id.as_ref().filter(inherited) else {
            self.anonymous = true;
            return true;
        };
        self.received.insert(self.hasher.hash_one(id))
    }
}
