//! One request through the generated client, and what became of it.

use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use quickrouter_api::{Answer, Error as Generated, Kind, ResponseValue, fail_in};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::answer;

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// A 2xx answer of JSON.
    Success(Success),
    /// An answer with another status.
    Status(Answer),
    /// No usable answer.
    Failed(Failure),
}

#[derive(Debug)]
pub(crate) struct Success {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) value: Value,
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

/// Awaits a call of the generated client.
pub(crate) async fn outcome(call: impl Future<Output = Called>) -> Outcome {
    match call.await {
        Ok(answer) => Outcome::Success(Success {
            status: answer.status(),
            headers: answer.headers().clone(),
            value: answer.into_inner(),
        }),
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
        Err(Generated::InvalidResponsePayload(body, error)) => Outcome::Failed(Failure {
            kind: Kind::NotJson,
            text: error.to_string(),
            answer: Some(Box::new(Answer::new(StatusCode::OK, HeaderMap::new(), body))),
            source: Some(Arc::new(error)),
        }),
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
    fn of(error: reqwest::Error) -> Self {
        let (kind, text, answer) = match fail_in(&error) {
            Some(fail) => (fail.kind, fail.to_string(), fail.answer.clone()),
            None if error.is_builder() => (Kind::NotSent, error.to_string(), None),
            None => (Kind::Interrupted, error.to_string(), None),
        };
        Self { kind, text, answer, source: Some(Arc::new(error)) }
    }
}

impl Outcome {
    /// What happened, for a message.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Success(success) => {
                format!("it was answered with HTTP {}", success.status.as_u16())
            }
            Self::Status(answer) => {
                let told = answer::told(&answer.body);
                let told = [told.code, told.message].join(" ");
                match told.trim() {
                    "" => format!("HTTP {}", answer.status.as_u16()),
                    told => format!("HTTP {}: {told}", answer.status.as_u16()),
                }
            }
            Self::Failed(failure) => failure.text.clone(),
        }
    }

    /// What came back.
    pub(crate) fn into_answer(self) -> Option<Box<Answer>> {
        match self {
            Self::Success(success) => {
                let body = Bytes::from(success.value.to_string());
                Some(Box::new(Answer::new(success.status, success.headers, body)))
            }
            Self::Status(answer) => Some(Box::new(answer)),
            Self::Failed(failure) => failure.answer,
        }
    }
}
