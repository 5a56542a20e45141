//! A GET outside the contract's prediction routes, for account routes and for diagnosis.

use std::time::Duration;

use quickrouter_api::{BufferedResponse, CapturedResponse, TransportError};
use reqwest::header::HeaderMap;
use reqwest::{Method, Request};
use tokio::time::Instant;
use url::Url;

use crate::core::context::Context;
use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::http::headers;
use crate::http::outcome::{Failure, Outcome};
use crate::http::response_error;
use crate::http::retry::{Call, NotSent, Retry};
use crate::http::retry_table::{self, Decision};
use crate::model::raw_response::RawResponse;
use crate::policy::deadline;
use crate::rate_limit::denied::Denied;
use crate::request::raw::RawRequest;
use crate::text::printable::printable;

/// Stands for the operation's id, since the contract has none.
const OPERATION: &str = "get_raw";

/// A request with what its attempts need.
struct RawCall<'a> {
    context: &'a Context,
    request: &'a RawRequest,
    url: Url,
    headers: HeaderMap,
    deadline: Instant,
}

impl Call for RawCall<'_> {
    type Outcome = Outcome;

    async fn attempt(&mut self) -> Outcome {
        match Box::pin(self.once()).await {
            Ok(response) => Outcome::Status(response),
            Err(fail) => Outcome::Failed(Failure::of_transport(fail)),
        }
    }

    fn decide(&self, outcome: &Outcome) -> Decision {
        retry_table::of_idempotent(outcome, false)
    }

    fn name(&self) -> String {
        format!("{OPERATION} of {}", printable(self.url.as_str()))
    }
}

/// Sends a request until it has a response, its attempts are exhausted, or the deadline leaves no time.
pub(crate) async fn get(context: &Context, request: &RawRequest) -> Result<RawResponse, Error> {
    check_key_is_left_out(context, request)?;
    let (url, headers) = (request.url(context.gate.base_url())?, request.header_map()?);
    let deadline = match request.time_limit() {
        Some(limit) => deadline::after(Instant::now(), limit),
        None => context.wait.ends(),
    };
    let mut policy = context.retry.clone();
    if let Some(attempts) = request.max_attempts() {
        policy = policy.max_attempts(attempts);
    }
    let retry = Retry {
        policy: &policy,
        clock: &context.clock,
        ticket: request.is_limited().then(|| context.reads.ticket()),
        latest: deadline,
        deadline: None,
        cancelled: None,
    };
    let mut call = RawCall { context, request, url, headers, deadline };
    let outcome = match retry.run(&mut call).await {
        Ok((outcome, _)) | Err(NotSent { last: Some(outcome), .. }) => outcome,
        Err(NotSent { last: None, denied }) => return Err(call.rate_limited(&denied)),
    };
    call.result(outcome)
}

/// Refuses a request with the key in its URL or its headers, where it would be logged or shown, or sent
/// to another origin.
fn check_key_is_left_out(context: &Context, request: &RawRequest) -> Result<(), Error> {
    let mut texts = request.texts().filter(|text| context.gate.contains_key(text.as_bytes()));
    match texts.next() {
        None => Ok(()),
        Some(_) => Err(Error::InvalidRequest(detail!(
            KeyInRequest,
            "the URL or a header of the request contains the API key; leave it out: the client sends it where it may"
        ))),
    }
}

impl RawCall<'_> {
    async fn once(&self) -> Result<BufferedResponse, TransportError> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        let limit = match self.request.time_limit() {
            Some(_) => remaining,
            None => self.context.request_timeout.min(remaining),
        };
        let kept = CapturedResponse::default();
        let response = self.gate(limit).capturing(&kept).send(OPERATION, self.request()).await?;
        let status = response.status();
        // A 2xx is captured as it came; any other response is passed on with its body read.
        let (headers, body) = match kept.take() {
            Some(captured) => captured,
            None => {
                let headers = response.headers().clone();
                (headers, response.bytes().await.unwrap_or_default())
            }
        };
        Ok(BufferedResponse::new(status, headers, body))
    }

    fn gate(&self, limit: Duration) -> quickrouter_api::Gate {
        let gate = self.context.gate.clone().with_timeout(limit);
        let gate = gate.with_max_response_bytes(self.request.size_limit());
        if self.request.sends_key() { gate } else { gate.without_key() }
    }

    fn request(&self) -> Request {
        let mut request = Request::new(Method::GET, self.url.clone());
        *request.headers_mut() = self.headers.clone();
        request
    }

    fn rate_limited(&self, denied: &Denied) -> Error {
        let (cause, opens_in) = (self.about(denied.detail()), denied.opens);
        Error::RateLimited { operation: OPERATION, prediction_id: None, cause, opens_in }
    }

    /// A cause with the URL in front, which the operation does not tell.
    fn about(&self, cause: Detail) -> Detail {
        let url = printable(self.url.as_str());
        detail!(AtUrl, "{url}: {reason}", url = url, reason = cause)
    }

    fn result(&self, outcome: Outcome) -> Result<RawResponse, Error> {
        let retryable = self.decide(&outcome).is_retry();
        match outcome {
            Outcome::Status(BufferedResponse { status, headers, body, .. }) => {
                let id = headers::request_id(&headers, &body);
                Ok(RawResponse::new(status.as_u16(), headers, body).with_request_id(id))
            }
            Outcome::Failed(failure) => {
                let failure = Failure { why: self.about(failure.why), ..failure };
                Err(response_error::of_failure(OPERATION, None, failure, retryable))
            }
            _ => unreachable!("an attempt has a response or fails"),
        }
    }
}
