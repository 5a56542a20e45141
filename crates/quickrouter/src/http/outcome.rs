//! [`Outcome`]: the result of one request through the generated client.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use quickrouter_api::{
    BufferedResponse, CapturedResponse, Error as Generated, ResponseValue, TransportError,
    TransportErrorKind, transport_error_in,
};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::details::FileError;
use crate::http::attempted::Attempted;
use crate::http::error_body;
use crate::http::headers;
use crate::model::document::Document;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::rate_limit::feedback::Feedback;

/// The result of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A 2xx response with JSON.
    Success(JsonResponse),
    /// A 2xx response with a prediction.
    Prediction(HeaderMap, Prediction),
    /// A 2xx response whose JSON is not the requested prediction or file, and why.
    Unexpected(JsonResponse, String),
    /// A response with another status.
    Status(BufferedResponse),
    /// No usable response.
    Failed(Failure),
    /// The uploaded file changed or became unreadable during the upload, and how.
    FileChanged(FileError),
}

#[derive(Debug)]
pub(crate) struct JsonResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) document: Document,
}

#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: TransportErrorKind,
    pub(crate) text: String,
    /// The response received before the failure.
    pub(crate) response: Option<Box<BufferedResponse>>,
    pub(crate) source: Option<Cause>,
}

/// The underlying error, shareable.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

type Called = Result<ResponseValue<Value>, Generated<()>>;

/// Converts the result of a generated call, whose response body is in `kept`. Takes the result
/// instead of the future, which would be stored twice.
pub(crate) async fn outcome(called: Called, kept: &CapturedResponse) -> Outcome {
    match called {
        Ok(response) => {
            let status = response.status();
            // A response without a body is not captured.
            let Some((headers, body)) = kept.take() else {
                let (headers, document) = (response.headers().clone(), Value::Null.into());
                return Outcome::Success(JsonResponse { status, headers, document });
            };
            match Document::read(&body) {
                Ok(document) => Outcome::Success(JsonResponse { status, headers, document }),
                Err(error) => Outcome::Failed(Failure::not_json(status, headers, body, error)),
            }
        }
        Err(Generated::UnexpectedResponse(response)) => {
            let (status, headers) = (response.status(), response.headers().clone());
            // The gate has already read the body, so this neither waits nor fails.
            let body = response.bytes().await.unwrap_or_default();
            Outcome::Status(BufferedResponse::new(status, headers, body))
        }
        Err(Generated::InvalidRequest(text)) => Outcome::Failed(Failure {
            kind: TransportErrorKind::NotSent,
            text,
            response: None,
            source: None,
        }),
        Err(Generated::CommunicationError(error) | Generated::ResponseBodyError(error)) => {
            let failure = Failure::of(error);
            match failure.response {
                // An error status is decisive, whatever happened to the body.
                Some(response) if !response.status.is_success() => Outcome::Status(*response),
                _ => Outcome::Failed(failure),
            }
        }
        Err(Generated::InvalidResponsePayload(body, error)) => {
            let (status, headers) = (StatusCode::OK, HeaderMap::new());
            Outcome::Failed(Failure::not_json(status, headers, body, error))
        }
        // Any other error must count as sent.
        Err(error) => Outcome::Failed(Failure {
            kind: TransportErrorKind::Interrupted,
            text: error.to_string(),
            response: None,
            source: None,
        }),
    }
}

impl Failure {
    /// A 2xx response that is not JSON.
    fn not_json(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        error: serde_json::Error,
    ) -> Self {
        let fail = TransportError::new(TransportErrorKind::NotJson, error);
        tracing::debug!(status = status.as_u16(), %fail, "no usable response");
        let response = Some(Box::new(BufferedResponse::new(status, headers, body)));
        let text = fail.to_string();
        Self { kind: fail.kind, text, response, source: Some(Arc::new(fail)) }
    }

    /// A request that was sent through the gate itself, not the generated client.
    pub(crate) fn of_transport(fail: TransportError) -> Self {
        let (kind, text, response) = (fail.kind, fail.to_string(), fail.response.clone());
        Self { kind, text, response, source: Some(Arc::new(fail)) }
    }

    fn of(error: reqwest::Error) -> Self {
        let (kind, text, response) = match transport_error_in(&error) {
            Some(fail) => (fail.kind, fail.to_string(), fail.response.clone()),
            None if error.is_builder() => (TransportErrorKind::NotSent, error.to_string(), None),
            None => (TransportErrorKind::Interrupted, error.to_string(), None),
        };
        Self { kind, text, response, source: Some(Arc::new(error)) }
    }
}

impl Attempted for Outcome {
    fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        match self {
            Self::Status(response) => headers::retry_after(response, now),
            _ => None,
        }
    }

    fn feedback(&self, pause: Duration, now: SystemTime) -> Feedback {
        let limit = self.headers().map(|headers| headers::rate_limit(headers, now));
        let (remaining, reset) = limit.unwrap_or_default();
        // A failing gateway must not widen the window.
        let responded = match self {
            Self::Failed(_) | Self::FileChanged(_) => false,
            Self::Status(response) => !response.status.is_server_error(),
            _ => true,
        };
        Feedback { responded, refused: self.is_too_many().then_some(pause), remaining, reset }
    }

    fn in_words(&self) -> String {
        self.in_words()
    }
}

impl Outcome {
    /// Decodes a success as the response to a create.
    pub(crate) fn into_created(self) -> Self {
        self.read_as(Prediction::read_created)
    }

    /// Decodes a success as an entry of a list.
    pub(crate) fn into_listed(self) -> Self {
        self.read_as(Prediction::read)
    }

    /// Decodes a success as the `requested` prediction.
    pub(crate) fn into_polled(self, requested: &PredictionId) -> Self {
        match self.read_as(Prediction::read_polled) {
            Self::Prediction(headers, prediction) => match prediction.id() {
                Some(id) if id != requested => {
                    let reason = format!("it is about another prediction, {id}");
                    let document = prediction.document().clone();
                    Self::Unexpected(
                        JsonResponse { status: StatusCode::OK, headers, document },
                        reason,
                    )
                }
                Some(_) => Self::Prediction(headers, prediction),
                None => Self::Prediction(headers, prediction.with_id(requested.clone())),
            },
            other => other,
        }
    }

    fn read_as(self, read: fn(&Document) -> Result<Prediction, String>) -> Self {
        let Self::Success(success) = self else { return self };
        match read(&success.document) {
            Err(reason) => Self::Unexpected(success, reason),
            Ok(prediction) => {
                let prediction = prediction.responded_at(&success.headers);
                Self::Prediction(success.headers, prediction)
            }
        }
    }

    /// The response headers, if any were received.
    pub(crate) fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Success(success) | Self::Unexpected(success, _) => Some(&success.headers),
            Self::Prediction(headers, _) => Some(headers),
            Self::Status(response) => Some(&response.headers),
            Self::Failed(failure) => failure.response.as_ref().map(|response| &response.headers),
            Self::FileChanged(_) => None,
        }
    }

    fn is_too_many(&self) -> bool {
        matches!(self, Self::Status(response) if response.status == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether it is a success without usable content.
    pub(crate) fn is_unexpected(&self) -> bool {
        match self {
            Self::Unexpected(..) => true,
            Self::Failed(failure) => matches!(
                failure.kind,
                TransportErrorKind::NotJson | TransportErrorKind::ContentCoding
            ),
            _ => false,
        }
    }

    /// A description for a message.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Success(success) => {
                format!("it returned HTTP {}", success.status.as_u16())
            }
            Self::Prediction(_, prediction) => {
                format!("it returned status {}", prediction.status())
            }
            Self::Unexpected(_, reason) => {
                format!("the response is not what was requested: {reason}")
            }
            Self::Status(response) => {
                let error = error_body::read(&response.body);
                let error = [error.code, error.message].join(" ");
                match error.trim() {
                    "" => format!("HTTP {}", response.status.as_u16()),
                    error => format!("HTTP {}: {error}", response.status.as_u16()),
                }
            }
            Self::Failed(failure) => failure.text.clone(),
            Self::FileChanged(why) => why.to_string(),
        }
    }

    /// The response, if any.
    pub(crate) fn into_response(self) -> Option<Box<BufferedResponse>> {
        match self {
            Self::Success(success) | Self::Unexpected(success, _) => {
                let body = success.document.text();
                Some(Box::new(BufferedResponse::new(success.status, success.headers, body)))
            }
            Self::Prediction(headers, prediction) => {
                let body = prediction.document().text();
                Some(Box::new(BufferedResponse::new(StatusCode::OK, headers, body)))
            }
            Self::Status(response) => Some(Box::new(response)),
            Self::Failed(failure) => failure.response,
            Self::FileChanged(_) => None,
        }
    }
}
