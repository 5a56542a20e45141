//! Applies faults to a request and its response.

use super::fault::{CannedBody, CannedResponse, Effect, WebhookFault};
use crate::model::failure::status_of;
use crate::wire::interruption;
use crate::wire::json;
use crate::wire::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use http_body::Body as _;
use serde_json::Value;
use std::time::Duration;

/// An error page like a proxy's.
const PAGE: &str = "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
/// Invalid JSON.
const GARBAGE: &str = "\u{fffd}{\"id\": oops";

/// The faults that apply to one request.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppliedFaults {
    effects: Vec<Effect>,
}

/// The faults that apply to the prediction of a create.
#[derive(Debug, Clone, Default)]
pub(crate) struct PredictionFaults {
    /// The reason for which it fails.
    pub(crate) fails: Option<String>,
    /// The outputs that are dropped.
    pub(crate) dropped: Vec<usize>,
    pub(crate) webhooks: Option<WebhookFault>,
}

impl AppliedFaults {
    pub(crate) fn new(effects: Vec<Effect>) -> Self {
        Self { effects }
    }

    pub(crate) fn descriptions(&self) -> Vec<String> {
        self.effects.iter().map(Effect::to_json).collect()
    }

    /// What a create passes on to its prediction.
    pub(crate) fn for_prediction(&self) -> PredictionFaults {
        let mut faults = PredictionFaults::default();
        for effect in &self.effects {
            match effect {
                Effect::Fail(reason) => faults.fails = Some(reason.clone()),
                Effect::DropOutputs(outputs) => faults.dropped.extend(outputs),
                Effect::Webhooks(fault) => faults.webhooks = Some(*fault),
                _ => {}
            }
        }
        faults
    }

    /// Applies what comes before the request is carried out; a response from here ends it.
    pub(crate) async fn before(&self) -> Option<Response> {
        for effect in &self.effects {
            match effect {
                Effect::DelayBefore(seconds) => delay(*seconds).await,
                Effect::ResetBefore => return Some(interruption::reset()),
                Effect::Answer(answer) if !answer.after => return Some(answer.response()),
                _ => {}
            }
        }
        None
    }

    /// Applies what changes the finished response; a reset comes last.
    pub(crate) async fn after(&self, mut response: Response) -> Response {
        for effect in &self.effects {
            response = match effect {
                Effect::DelayAfter(seconds) => {
                    delay(*seconds).await;
                    response
                }
                Effect::Status(status) => replace_status(response, status).await,
                Effect::Garbage => with_body(response, Body::from(GARBAGE)),
                Effect::Truncate(length) => truncate(response, *length).await,
                Effect::ResetAfter => interruption::reset(),
                _ => response,
            };
        }
        response
    }

    /// The response that replaces that of the carried-out request.
    pub(crate) fn replacement(&self) -> Option<Response> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Answer(answer) if answer.after => Some(answer.response()),
            _ => None,
        })
    }
}

async fn delay(seconds: f64) {
    tokio::time::sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default()).await;
}

fn with_body(mut response: Response, body: Body) -> Response {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = body;
    response
}

/// Whether a body is a stream, which may never end.
fn is_stream(body: &Body) -> bool {
    body.size_hint().exact().is_none()
}

async fn replace_status(response: Response, status: &str) -> Response {
    if is_stream(response.body()) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let response = Response::from_parts(parts, Body::empty());
    let body = match json::parse(&whole) {
        Ok(mut json) if json.get("status").is_some_and(Value::is_string) => {
            json["status"] = status.into();
            Body::from(json.to_string())
        }
        _ => Body::from(whole),
    };
    with_body(response, body)
}

async fn truncate(response: Response, length: usize) -> Response {
    let (mut parts, body) = response.into_parts();
    if is_stream(&body) {
        return Response::from_parts(parts, interruption::truncated_stream(body, length));
    }
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // The full length, so that a client notices what is missing.
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().into());
    Response::from_parts(parts, interruption::truncated(&whole, length))
}

impl CannedResponse {
    fn response(&self) -> Response {
        let told = self.status.or_else(|| self.code.as_deref().and_then(status_of));
        let status = told.and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let text = |kind: &'static str, text: String| {
            (status, [(header::CONTENT_TYPE, kind)], text).into_response()
        };
        let mut response = match &self.body {
            None => {
                let message = self.message.as_deref();
                Problem::from_fault(status, message, self.code.as_deref(), self.retry_after)
                    .into_response()
            }
            Some(CannedBody::Html) => {
                text("text/html", PAGE.replace("{status}", &status.to_string()))
            }
            Some(CannedBody::Empty) => status.into_response(),
            Some(CannedBody::Text(body)) => text("text/plain; charset=utf-8", body.clone()),
            Some(CannedBody::Json(body)) => text("application/json", body.to_string()),
        };
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        let location = self.location.as_deref().map(HeaderValue::from_str);
        if let Some(Ok(location)) = location {
            headers.insert(header::LOCATION, location);
        }
        response
    }
}
