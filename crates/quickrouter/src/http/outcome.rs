//! One request through the generated client, and what became of it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use quickrouter_api::{Answer, Error as Generated, Fail, Kept, Kind, ResponseValue, fail_in};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::http::attempted::Attempted;
use crate::http::error_body;
use crate::http::headers;
use crate::model::document::Document;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::rate_limit::feedback::Feedback;

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A 2xx answer of JSON.
    Success(JsonResponse),
    /// A 2xx answer that is a prediction.
    Prediction(HeaderMap, Prediction),
    /// A 2xx answer of JSON that is not the prediction or file asked for, and why.
    Unexpected(JsonResponse, String),
    /// An answer with another status.
    Status(Answer),
    /// No usable answer.
    Failed(Failure),
    /// The file that was being sent cannot be read to its end as it was, and how it differs.
    FileChanged(String),
}

#[derive(Debug)]
pub(crate) struct JsonResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) document: Document,
}

#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// What came back before it failed.
    pub(crate) answer: Option<Box<Answer>>,
    pub(crate) source: Option<Cause>,
}

/// The error below, as it can be shared.
pub(crate) type Cause = Arc<dyn std::error::Error + Send + Sync>;

type Called = Result<ResponseValue<Value>, Generated<()>>;

/// What became of a call of the generated client, whose answer is in `kept`. It takes the
/// result and not the call, since a future that is handed over is stored twice.
pub(crate) async fn outcome(called: Called, kept: &Kept) -> Outcome {
    match called {
        Ok(answer) => {
            let status = answer.status();
            // What has no body has nothing to keep.
            let Some((headers, body)) = kept.take() else {
                let (headers, document) = (answer.headers().clone(), Value::Null.into());
                return Outcome::Success(JsonResponse { status, headers, document });
            };
            match Document::read(&body) {
                Ok(document) => Outcome::Success(JsonResponse { status, headers, document }),
                Err(error) => Outcome::Failed(Failure::not_json(status, headers, body, error)),
            }
        }
        Err(Generated::UnexpectedResponse(response)) => {
            let (status, headers) = (response.status(), response.headers().clone());
            // The gate has read the body already, so this cannot wait or fail.
            let body = response.bytes().await.unwrap_or_default();
            Outcome::Status(Answer::new(status, headers, body))
        }
        Err(Generated::InvalidRequest(text)) => {
            Outcome::Failed(Failure { kind: Kind::NotSent, text, answer: None, source: None })
        }
        Err(Generated::CommunicationError(error) | Generated::ResponseBodyError(error)) => {
            let failure = Failure::of(error);
            match failure.answer {
                // The status says it all, whatever became of the body.
                Some(answer) if !answer.status.is_success() => Outcome::Status(*answer),
                _ => Outcome::Failed(failure),
            }
        }
        Err(Generated::InvalidResponsePayload(body, error)) => {
            let (status, headers) = (StatusCode::OK, HeaderMap::new());
            Outcome::Failed(Failure::not_json(status, headers, body, error))
        }
        // Whatever else there may be has to count as sent.
        Err(error) => Outcome::Failed(Failure {
            kind: Kind::Interrupted,
            text: error.to_string(),
            answer: None,
            source: None,
        }),
    }
}

impl Failure {
    /// A 2xx answer of something else than JSON.
    fn not_json(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        error: serde_json::Error,
    ) -> Self {
        let fail = Fail::new(Kind::NotJson, error);
        tracing::debug!(status = status.as_u16(), %fail, "no usable answer");
        let answer = Some(Box::new(Answer::new(status, headers, body)));
        let text = fail.to_string();
        Self { kind: fail.kind, text, answer, source: Some(Arc::new(fail)) }
    }

    fn of(error: reqwest::Error) -> Self {
        let (kind, text, answer) = match fail_in(&error) {
            Some(fail) => (fail.kind, fail.to_string(), fail.answer.clone()),
            None if error.is_builder() => (Kind::NotSent, error.to_string(), None),
            None => (Kind::Interrupted, error.to_string(), None),
        };
        Self { kind, text, answer, source: Some(Arc::new(error)) }
    }
}

impl Attempted for Outcome {
    fn retry_after(&self, now: SystemTime) -> Option<Duration> {
        match self {
            Self::Status(answer) => headers::retry_after(answer, now),
            _ => None,
        }
    }

    fn feedback(&self, pause: Duration, now: SystemTime) -> Feedback {
        let limit = self.headers().map(|headers| headers::rate_limit(headers, now));
        let (remaining, reset) = limit.unwrap_or_default();
        // A gateway in trouble is no reason to send more.
        let answered = match self {
            Self::Failed(_) | Self::FileChanged(_) => false,
            Self::Status(answer) => !answer.status.is_server_error(),
            _ => true,
        };
        Feedback { answered, refused: self.is_too_many().then_some(pause), remaining, reset }
    }

    fn in_words(&self) -> String {
        self.in_words()
    }
}

impl Outcome {
    /// Reads a success as the answer to a create.
    pub(crate) fn into_created(self) -> Self {
        self.read_as(Prediction::read_created)
    }

    /// Reads a success as an entry of a list.
    pub(crate) fn into_listed(self) -> Self {
        self.read_as(Prediction::read)
    }

    /// Reads a success as the prediction that was `asked` for.
    pub(crate) fn into_polled(self, asked: &PredictionId) -> Self {
        match self.read_as(Prediction::read_polled) {
            Self::Prediction(headers, prediction) => match prediction.id() {
                Some(id) if id != asked => {
                    let reason = format!("it is about another prediction, {id}");
                    let document = prediction.document().clone();
                    Self::Unexpected(
                        JsonResponse { status: StatusCode::OK, headers, document },
                        reason,
                    )
                }
                Some(_) => Self::Prediction(headers, prediction),
                None => Self::Prediction(headers, prediction.with_id(asked.clone())),
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

    /// The headers of the answer, where one began.
    pub(crate) fn headers(&self) -> Option<&HeaderMap> {
        match self {
            Self::Success(success) | Self::Unexpected(success, _) => Some(&success.headers),
            Self::Prediction(headers, _) => Some(headers),
            Self::Status(answer) => Some(&answer.headers),
            Self::Failed(failure) => failure.answer.as_ref().map(|answer| &answer.headers),
            Self::FileChanged(_) => None,
        }
    }

    fn is_too_many(&self) -> bool {
        matches!(self, Self::Status(answer) if answer.status == StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether it is a success that says nothing about what was asked for.
    pub(crate) fn is_unexpected(&self) -> bool {
        match self {
            Self::Unexpected(..) => true,
            Self::Failed(failure) => matches!(failure.kind, Kind::NotJson | Kind::Coding),
            _ => false,
        }
    }

    /// What happened, for a message.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Success(success) => {
                format!("it was answered with HTTP {}", success.status.as_u16())
            }
            Self::Prediction(_, prediction) => {
                format!("it was answered with status {}", prediction.status())
            }
            Self::Unexpected(_, reason) => {
                format!("the answer is not what was asked for: {reason}")
            }
            Self::Status(answer) => {
                let told = error_body::read(&answer.body);
                let told = [told.code, told.message].join(" ");
                match told.trim() {
                    "" => format!("HTTP {}", answer.status.as_u16()),
                    told => format!("HTTP {}: {told}", answer.status.as_u16()),
                }
            }
            Self::Failed(failure) => failure.text.clone(),
            Self::FileChanged(why) => why.clone(),
        }
    }

    /// What came back.
    pub(crate) fn into_answer(self) -> Option<Box<Answer>> {
        match self {
            Self::Success(success) | Self::Unexpected(success, _) => {
                let body = success.document.text();
                Some(Box::new(Answer::new(success.status, success.headers, body)))
            }
            Self::Prediction(headers, prediction) => {
                let body = prediction.document().text();
                Some(Box::new(Answer::new(StatusCode::OK, headers, body)))
            }
            Self::Status(answer) => Some(Box::new(answer)),
            Self::Failed(failure) => failure.answer,
            Self::FileChanged(_) => None,
        }
    }
}
