//! Opening a prediction's event stream.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use quickrouter_api::{BufferedResponse, Chunks, StreamedResponse, TransportError, routes};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::core::context::Context;
use crate::detail::{Detail, detail};
use crate::http::attempted::Attempted;
use crate::http::outcome::{Outcome, in_detail};
use crate::http::retry::{Call, Retry};
use crate::http::retry_table::{self, Decision, DownloadOutcome};
use crate::rate_limit::feedback::Feedback;

/// Why the stream could not be opened.
pub(crate) enum NoStream {
    /// A transient problem, with the pause requested by the server.
    Retry(String, Option<Duration>),
    Final(String),
}

/// Opens a stream, resuming after the event with the id `last_event_id`. `attempts` counts this
/// attempt and consecutive failed ones before it.
pub(crate) async fn open(
    context: &Context,
    url: &Url,
    last_event_id: Option<HeaderValue>,
    until: Instant,
    attempts: u32,
) -> Result<Chunks, NoStream> {
    let retry = Retry {
        policy: &context.retry,
        clock: &context.clock,
        ticket: context.gate.is_own(url).then(|| context.reads.ticket()),
        latest: until,
        deadline: None,
        cancelled: None,
    };
    let mut call = OpenStream { context, url, last_event_id };
    let Ok(opened) = timeout_at(until, retry.once(&mut call, attempts)).await else {
        return Err(NoStream::Final("it did not respond in time".to_owned()));
    };
    let outcome = opened.map_err(|not_sent| NoStream::Final(not_sent.denied.to_string()))?;
    let decision = call.decide(&outcome);
    match outcome {
        Ok(opened) if decision == Decision::Done => Ok(opened.chunks),
        outcome if decision == Decision::Retry => {
            let retry_after = outcome.retry_after(context.clock.now());
            Err(NoStream::Retry(outcome.why().to_string(), retry_after))
        }
        Ok(opened) => {
            let (status, media_type) = (opened.status.as_u16(), media_type(&opened));
            Err(NoStream::Final(format!("HTTP {status} {media_type:?}")))
        }
        Err(fail) => Err(NoStream::Final(fail.to_string())),
    }
}

/// The call that opens a stream.
struct OpenStream<'a> {
    context: &'a Context,
    url: &'a Url,
    last_event_id: Option<HeaderValue>,
}

impl Call for OpenStream<'_> {
    type Outcome = Result<StreamedResponse, TransportError>;

    async fn attempt(&mut self) -> Self::Outcome {
        let mut request = Request::new(Method::GET, self.url.clone());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(last_event_id) = &self.last_event_id {
            headers.insert("last-event-id", last_event_id.clone());
        }
        let context = self.context;
        context.gate.open(&self.name(), request, context.stall_timeout).await
    }

    fn decide(&self, outcome: &Self::Outcome) -> Decision {
        match outcome {
            Ok(opened) if opened.status == 200 && media_type(opened) == "text/event-stream" => {
                Decision::Done
            }
            // Any other success is not a stream, and never will be.
            Ok(opened) if opened.status.is_success() => Decision::Fail,
            Ok(opened) => {
                let status = opened.status.as_u16();
                retry_table::of_download(DownloadOutcome::Status { status, fresh: false })
            }
            Err(fail) => retry_table::of_download(DownloadOutcome::Failed(fail.kind)),
        }
    }

    fn name(&self) -> String {
        routes::STREAM_PREDICTION.operation.to_owned()
    }
}

impl Attempted for Result<StreamedResponse, TransportError> {
    fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        head(self.as_ref().ok()?).retry_after(now)
    }

    fn feedback(&self, pause: Duration, now: SystemTime) -> Feedback {
        let opened = self.as_ref().ok();
        opened.map_or_else(Feedback::default, |opened| head(opened).feedback(pause, now))
    }

    fn why(&self) -> Detail {
        match self {
            Ok(opened) => {
                detail!(HttpStatus, "HTTP {status}", status = opened.status.as_u16().to_string())
            }
            Err(fail) => in_detail(fail),
        }
    }
}

/// The head of a response as an [`Outcome`].
fn head(opened: &StreamedResponse) -> Outcome {
    Outcome::Status(BufferedResponse::new(opened.status, opened.headers.clone(), Bytes::new()))
}

/// The media type, in lower case and without parameters.
fn media_type(opened: &StreamedResponse) -> String {
    let media_type = opened.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}
