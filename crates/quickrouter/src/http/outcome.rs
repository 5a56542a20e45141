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

use crate::detail::{Detail, DetailCode, DetailValue, detail};
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
    Unexpected(JsonResponse, Detail),
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
    pub(crate) why: Detail,
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
        Err(Generated::InvalidRequest(error)) => Outcome::Failed(Failure {
            kind: TransportErrorKind::NotSent,
            why: detail!(Failed, "{error}", error = error),
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
            why: detail!(Failed, "{error}", error = error.to_string()),
            response: None,
            source: None,
        }),
    }
}

/// A transport's failure, with its innermost cause in the words of the system.
pub(crate) fn in_detail(fail: &TransportError) -> Detail {
    let error = fail.innermost().map_or_else(|| "-".to_owned(), ToString::to_string);
    let code = match fail.kind {
        TransportErrorKind::NotSent => DetailCode::NoConnection,
        TransportErrorKind::Untrusted => DetailCode::Untrusted,
        TransportErrorKind::UnusableProxy => DetailCode::NoProxy,
        TransportErrorKind::Unprocessed => DetailCode::Unprocessed,
        TransportErrorKind::Interrupted => DetailCode::ConnectionBroke,
        TransportErrorKind::BodyTruncated => DetailCode::CutOff,
        TransportErrorKind::Timeout => DetailCode::TimedOut,
        TransportErrorKind::TooLarge => DetailCode::ResponseTooLarge,
        TransportErrorKind::ContentCoding => DetailCode::ResponseCoding,
        TransportErrorKind::NotJson => DetailCode::NotJson,
        _ => return detail!(Failed, "{error}", error = fail.to_string()),
    };
    Detail::new(code, vec![("error", DetailValue::Text(error))], fail.to_string())
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
        Self { kind: fail.kind, why: in_detail(&fail), response, source: Some(Arc::new(fail)) }
    }

    /// A request that was sent through the gate itself, not the generated client.
    pub(crate) fn of_transport(fail: TransportError) -> Self {
        let (kind, why, response) = (fail.kind, in_detail(&fail), fail.response.clone());
        Self { kind, why, response, source: Some(Arc::new(fail)) }
    }

    fn of(error: reqwest::Error) -> Self {
        let whole = || detail!(Failed, "{error}", error = error.to_string());
        let (kind, why, response) = match transport_error_in(&error) {
            Some(fail) => (fail.kind, in_detail(fail), fail.response.clone()),
            None if error.is_builder() => (TransportErrorKind::NotSent, whole(), None),
            None => (TransportErrorKind::Interrupted, whole(), None),
        };
        Self { kind, why, response, source: Some(Arc::new(error)) }
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

    fn why(&self) -> Detail {
        self.why()
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
                    let reason = detail!(
                        OtherPrediction,
                        "it is about another prediction, {id}",
                        id = id.to_string()
                    );
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

    fn read_as(self, read: fn(&Document) -> Result<Prediction, Detail>) -> Self {
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
    pub(crate) fn why(&self) -> Detail {
        match self {
            Self::Success(success) => {
                detail!(HttpStatus, "HTTP {status}", status = success.status.as_u16().to_string())
            }
            Self::Prediction(_, prediction) => detail!(
                HasStatus,
                "it returned status {status}",
                status = prediction.status().to_string()
            ),
            Self::Unexpected(_, reason) => detail!(
                NotAsRequested,
                "the response is not what was requested: {reason}",
                reason = reason.clone()
            ),
            Self::Status(response) => {
                let status = response.status.as_u16().to_string();
                let error = error_body::read(&response.body);
                let error = [error.code, error.message].join(" ");
                match error.trim() {
                    "" => detail!(HttpStatus, "HTTP {status}", status = status),
                    said => detail!(
                        HttpStatusSaid,
                        "HTTP {status}: {said}",
                        status = status,
                        said = said
                    ),
                }
            }
            Self::Failed(failure) => failure.why.clone(),
            Self::FileChanged(why) => why.reason.clone(),
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
