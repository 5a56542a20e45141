//! Converts an unsuccessful outcome into an error with a hint.

use std::time::{Duration, SystemTime};

use quickrouter_api::{BufferedResponse, Route, TransportErrorKind, codes, limits, routes};
use reqwest::header::LOCATION;

use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::error::details::{ApiError, UnexpectedResponse};
use crate::http::error_body;
use crate::http::headers;
use crate::http::outcome::{Failure, Outcome};
use crate::http::retry_table;
use crate::model::error_message::ErrorMessage;
use crate::model::prediction_id::PredictionId;
use crate::text::printable::printable;

/// Converts an outcome into an error. `key_source` completes "the key ..." in messages.
pub(crate) fn error(
    route: Route,
    prediction_id: Option<PredictionId>,
    outcome: Outcome,
    (key_source, now): (&Detail, SystemTime),
) -> Error {
    let retryable = retry_table::of(route, &outcome).is_retry();
    match outcome {
        Outcome::Status(response) => Error::Api(Box::new(ApiError {
            retryable,
            ..api_error(route, prediction_id, &response, (key_source, now))
        })),
        Outcome::Failed(failure) => of_failure(route.operation, prediction_id, failure, retryable),
        outcome => Error::Interrupted {
            operation: route.operation,
            prediction_id,
            cause: outcome.why(),
            network_error: None,
            may_still_run: false,
            retryable,
        },
    }
}

/// Converts a failure without a usable response into an error.
pub(crate) fn of_failure(
    operation: &'static str,
    prediction_id: Option<PredictionId>,
    failure: Failure,
    retryable: bool,
) -> Error {
    use TransportErrorKind as Kind;
    let Failure { kind, why: cause, response, source: network_error } = failure;
    let may_still_run = false;
    match (kind, response) {
        (Kind::NotSent | Kind::Untrusted | Kind::UnusableProxy | Kind::Unprocessed, _) => {
            Error::NotSent {
                operation,
                prediction_id,
                cause,
                network_error,
                may_still_run,
                retryable,
            }
        }
        (Kind::NotJson | Kind::TooLarge | Kind::ContentCoding, Some(response)) => {
            Error::UnexpectedResponse(Box::new(UnexpectedResponse {
                operation,
                prediction_id,
                status: response.status.as_u16(),
                reason: cause,
                request_id: headers::request_id(&response.headers, &response.body),
                body: response.body,
                may_still_run,
                retryable,
            }))
        }
        _ => Error::Interrupted {
            operation,
            prediction_id,
            cause,
            network_error,
            may_still_run,
            retryable,
        },
    }
}

fn api_error(
    route: Route,
    prediction_id: Option<PredictionId>,
    response: &BufferedResponse,
    (key_source, now): (&Detail, SystemTime),
) -> ApiError {
    let error_message = error_body::read(&response.body);
    let retry_after = headers::retry_after(response, now);
    let hint = match response.status.as_u16() {
        401 => Some(detail!(CheckKey, "check the key {source}", source = key_source.clone())),
        _ => hint(route, response, &error_message, retry_after),
    };
    ApiError {
        operation: route.operation,
        prediction_id,
        status: response.status.as_u16(),
        request_id: headers::request_id(&response.headers, &response.body),
        message: error_message.message,
        code: error_message.code,
        retry_after,
        hint,
        may_still_run: false,
        retryable: false,
    }
}

/// A hint on what to do next.
fn hint(
    route: Route,
    response: &BufferedResponse,
    error_message: &ErrorMessage,
    retry_after: Option<Duration>,
) -> Option<Detail> {
    let quota = [codes::INSUFFICIENT_USER_QUOTA, codes::PRE_CONSUME_TOKEN_QUOTA_FAILED];
    let status = response.status.as_u16();
    if let Some(detail) = of_route(route, status, response) {
        return Some(detail);
    }
    Some(match status {
        300..=399 => not_followed(response),
        402 => detail!(AddCredit, "add credit to the account"),
        403 if quota.contains(&error_message.code.as_str()) => {
            detail!(AddCredit, "add credit to the account")
        }
        403 => detail!(KeyPermission, "use a key that has permission for this"),
        404 => detail!(CheckIdOrModel, "check the id or the model's name"),
        400 | 413 | 422 => detail!(ChangeRequest, "change the request"),
        429 => match retry_after {
            Some(after) => detail!(
                RetryIn,
                "retry in {seconds} s",
                seconds = after.as_secs_f64().ceil().to_string()
            ),
            None => detail!(RetryLater, "retry later"),
        },
        503 if error_message.code == codes::MODEL_NOT_FOUND => {
            detail!(
                NoChannel,
                "the gateway has no channel for this model now: use another model, or retry later"
            )
        }
        500..=599 => detail!(RetryLater, "retry later"),
        _ => return None,
    })
}

/// A hint that only one route has, or only routes that a gateway may not relay.
fn of_route(route: Route, status: u16, response: &BufferedResponse) -> Option<Detail> {
    Some(match status {
        404 | 405 if route == routes::UPLOAD_FILE => detail!(
            UploadsNotRelayed,
            "this gateway does not relay uploads: make the file smaller (an input takes up to {limit} bytes), or pass its https URL",
            limit = limits::INLINE_FILE_BYTES
        ),
        413 if route == routes::UPLOAD_FILE => detail!(
            UploadTooLarge,
            "the file is too large for this gateway: make the file smaller (an input takes up to {limit} bytes), or pass its https URL",
            limit = limits::INLINE_FILE_BYTES
        ),
        _ if is_not_relayed(route, response) => detail!(
            NotRelayed,
            "this gateway does not relay {operation}",
            operation = route.operation
        ),
        404 if route == routes::GET_PREDICTION => detail!(
            CheckPredictionId,
            "check the id; the content of a prediction is kept for {minutes} minutes",
            minutes = limits::RESULT_RETENTION_SECONDS / 60
        ),
        404 if route == routes::DELETE_FILE => detail!(
            CheckFileId,
            "check the id; an uploaded file is kept for {hours} hours",
            hours = limits::FILE_RETENTION_SECONDS / 3600
        ),
        _ => return None,
    })
}

/// What to do about a redirect.
fn not_followed(response: &BufferedResponse) -> Detail {
    let location = response.headers.get(LOCATION).and_then(|location| location.to_str().ok());
    match location {
        Some(location) => detail!(
            RedirectToNotFollowed,
            "redirects (to {location}) are not followed, because they could leak the key: set the base URL to the address of the API",
            location = printable(location)
        ),
        None => detail!(
            RedirectNotFollowed,
            "redirects are not followed, because they could leak the key: set the base URL to the address of the API"
        ),
    }
}

/// Whether a response is the API's own error, in one of its two formats, and not a page of a
/// firewall or proxy.
pub(crate) fn is_of_the_api(response: &BufferedResponse) -> bool {
    let body = serde_json::from_slice::<serde_json::Value>(&response.body);
    let keys = ["error", "detail", "title"];
    body.is_ok_and(|body| keys.iter().any(|key| body.get(key).is_some()))
}

/// Whether a response means that the gateway does not relay such requests.
pub(crate) fn is_not_relayed(route: Route, response: &BufferedResponse) -> bool {
    let missing = matches!(response.status.as_u16(), 404 | 405);
    missing && !route.documented_by_gateway && !is_about_object(response)
}

/// Whether a 404 is about the requested object and not the route, which has Replicate's format.
fn is_about_object(response: &BufferedResponse) -> bool {
    let problem = serde_json::from_slice::<serde_json::Value>(&response.body);
    response.status.as_u16() == 404 && problem.is_ok_and(|body| body.get("detail").is_some())
}
