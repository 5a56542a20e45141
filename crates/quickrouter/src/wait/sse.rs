//! Listening to a prediction's stream: connected again when it breaks, within bounds.

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

/// The largest event that is read, in bytes: one may hold a picture as a `data:` URI.
const LARGEST_EVENT: NonZeroUsize = NonZeroUsize::new(16 << 20).unwrap();
/// How often in a row a stream may fail without telling anything new.
const FAILURES: u32 = 3;
/// So much longer than a connection may stand still a stream may tell nothing until the prediction
/// is looked at: its end may have been lost on the way, however lively the connection is kept.
const PATIENCE: Duration = Duration::from_secs(15);

/// What came of listening.
pub(crate) enum Received {
    Event(StreamEvent),
    /// The stream said nothing for long, and a look showed that it is over.
    Terminal(Box<Prediction>),
    /// The stream is of no more use, or its time is over.
    Lost,
}

/// Listens to the stream of one prediction.
pub(crate) struct EventSource<'a> {
    context: &'a Context,
    id: &'a PredictionId,
    url: Url,
    /// Until when; what is left to the deadline after that is for a look.
    until: Instant,
    decoder: SseDecoder,
    chunks: Option<Chunks>,
    unread: Bytes,
    delivered: Ids,
    failures: u32,
    /// The pause before connecting again that the stream asks for.
    asked: Option<Duration>,
    /// When the last new event came.
    last_event: Instant,
    status: Status,
}

impl<'a> EventSource<'a> {
    /// A source to the stream of this prediction, if it has one that may be asked for.
    pub(crate) fn of(
        context: &'a Context,
        id: &'a PredictionId,
        prediction: &Prediction,
        deadline: Instant,
    ) -> Option<Self> {
        let given = prediction.raw().pointer("/urls/stream").and_then(Value::as_str)?;
        let url = Url::parse(given).ok().filter(|url| may_be_asked(context, url));
        if url.is_none() {
            tracing::warn!("the stream of prediction {id} is at no address that may be asked");
        }
        Some(Self {
            context,
            id,
            url: url?,
            until: deadline - context.wait.margin(),
            decoder: SseDecoder::with_limit(LARGEST_EVENT),
            chunks: None,
            unread: Bytes::new(),
            delivered: Ids::default(),
            failures: 0,
            asked: None,
            last_event: Instant::now(),
            status: prediction.status().clone(),
        })
    }

    /// The next event that is new.
    ///
    /// # Errors
    /// Those of a look that ends the waiting.
    pub(crate) async fn next(&mut self) -> Result<Received, Error> {
        loop {
            if let Some(event) = self.decoded() {
                return Ok(event);
            }
            let (now, quiet) = (Instant::now(), self.quiet());
            if now >= self.until {
                return Ok(Received::Lost);
            }
            // Requested first: what always has something to say that is no event would never let it.
            if now >= quiet {
                if let Some(over) = self.look().await? {
                    return Ok(Received::Terminal(over));
                }
                continue;
            }
            let Some(chunks) = &mut self.chunks else {
                match self.connect().await {
                    Ok(()) => continue,
                    Err(NoStream::Retry(problem, asked)) if self.again(&problem, asked).await => {
                        continue;
                    }
                    Err(NoStream::Retry(problem, _) | NoStream::Final(problem)) => {
                        return Ok(self.lost(&problem));
                    }
                }
            };
            let problem = match timeout_at(quiet.min(self.until), chunks.next()).await {
                Ok(Ok(Some(chunk))) => {
                    self.unread = chunk;
                    continue;
                }
                Ok(Ok(None)) => "it ended before it was done".to_owned(),
                Ok(Err(fail)) => fail.to_string(),
                Err(_) => continue,
            };
            if !self.again(&problem, None).await {
                return Ok(self.lost(&problem));
            }
        }
    }

    /// When it has been silent for too long.
    fn quiet(&self) -> Instant {
        let patience = self.context.stall_timeout.saturating_add(PATIENCE);
        self.last_event.checked_add(patience).unwrap_or(self.until)
    }

    /// The next new event in what was read.
    fn decoded(&mut self) -> Option<Received> {
        loop {
            let before = self.decoder.last_event_id().cloned();
            match self.decoder.next(&mut self.unread)? {
                Ok(SseEvent::Retry(millis)) => {
                    self.asked = Some(Duration::from_millis(millis.into()));
                }
                Ok(SseEvent::Message(message)) => {
                    if self.delivered.is_new(&message, before.as_ref()) {
                        return Some(Received::Event(self.take_in(message)));
                    }
                }
                Err(error) => return Some(self.lost(&error.to_string())),
            }
        }
    }

    fn take_in(&mut self, message: MessageEvent) -> StreamEvent {
        (self.failures, self.last_event) = (0, Instant::now());
        let event = StreamEvent::read(&message.event, message.data);
        // What has outputs or a log of its own has been started.
        let started = matches!(event, StreamEvent::Output(_) | StreamEvent::Logs(_));
        if started && self.status == Status::Starting {
            self.status = Status::Processing;
        }
        event
    }

    async fn connect(&mut self) -> Result<(), NoStream> {
        let last = self.decoder.last_event_id().map(|id| HeaderValue::from_bytes(id.as_bytes()));
        // One that is no header is left out: what is sent again then is known by its id.
        let last = last.and_then(Result::ok);
        let opened = stream::open(self.context, &self.url, last, self.until, self.failures + 1);
        self.chunks = Some(opened.await?);
        Ok(())
    }

    /// Gets ready to connect again, after a pause; `false` if that is of no use.
    async fn again(&mut self, problem: &str, asked: Option<Duration>) -> bool {
        let context = self.context;
        self.chunks = None;
        self.unread = Bytes::new();
        // What has come of an event that is not complete is sent again.
        self.decoder.reconnect();
        self.failures += 1;
        let spent = self.failures >= FAILURES || context.retry.spent(self.failures);
        if spent || self.delivered.anonymous {
            return false;
        }
        let own = context.retry.delay(self.failures);
        let pause = asked.or(self.asked).map_or(own, |asked| context.wait.bounded(asked));
        tracing::debug!(?pause, "the stream of prediction {} broke ({problem})", self.id);
        backoff::pause(pause, self.until).await
    }

    fn lost(&mut self, problem: &str) -> Received {
        tracing::warn!("the stream of prediction {} is of no use ({problem})", self.id);
        self.chunks = None;
        Received::Lost
    }

    /// Looks at the prediction itself, and gives it back if it is over.
    async fn look(&mut self) -> Result<Option<Box<Prediction>>, Error> {
        let look = poll::once(self.context, self.id, self.until).await;
        self.last_event = Instant::now();
        match look {
            Polled::Prediction(prediction) if prediction.is_terminal() => {
                return Ok(Some(prediction));
            }
            Polled::Prediction(prediction) => self.status = prediction.status().clone(),
            Polled::Refused { .. } | Polled::Unexpected(_) | Polled::Nothing(..) => {}
        }
        Ok(None)
    }

    /// Adds the status last seen to an error.
    pub(crate) fn completed(&self, mut error: Error) -> Error {
        if let Error::Deadline(passed) = &mut error {
            passed.last_status.get_or_insert_with(|| self.status.clone());
        }
        error
    }
}

/// A stream tells what was asked and what came of it, like an answer to a request with the key.
fn may_be_asked(context: &Context, url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => is_loopback(url) || context.allow_http,
        _ => false,
    }
}

/// The ids of the events that have come.
#[derive(Default)]
struct Ids {
    /// By their hashes, so that long ones cost no more.
    seen: HashSet<u64>,
    hasher: RandomState,
    /// Whether some had none: then a repeated event cannot be told from a new one.
    anonymous: bool,
}

impl Ids {
    /// Whether an event is new. Without an id of its own it has that of the event
    /// `before` it, by the standard.
    fn is_new(&mut self, message: &MessageEvent, before: Option<&Arc<str>>) -> bool {
        let inherited = |id: &&Arc<str>| !before.is_some_and(|before| Arc::ptr_eq(id, before));
        let Some(id) = message.last_event_id.as_ref().filter(inherited) else {
            self.anonymous = true;
            return true;
        };
        self.seen.insert(self.hasher.hash_one(id))
    }
}
