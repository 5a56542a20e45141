//! The error for a request that was not answered with success, and what to do about it.

use std::time::{Duration, SystemTime};

use quickrouter_api::{Answer, Kind, Route, codes, limits, routes};
use reqwest::header::LOCATION;

use crate::error::Error;
use crate::error::details::{ApiError, UnexpectedResponse};
use crate::http::error_body;
use crate::http::headers;
use crate::http::outcome::{Failure, Outcome};
use crate::http::retry_table;
use crate::model::error_message::ErrorMessage;
use crate::model::prediction_id::PredictionId;
use crate::text::printable::printable;

/// Turns what became of a request into an error. `key_source` follows "the key" in messages.
pub(crate) fn error(
    route: Route,
    prediction_id: Option<PredictionId>,
    outcome: Outcome,
    (key_source, now): (&str, SystemTime),
) -> Error {
    let retryable = retry_table::of(route, &outcome).is_retry();
    match outcome {
        Outcome::Status(answer) => Error::Api(Box::new(ApiError {
            retryable,
            ..refused(route, prediction_id, &answer, (key_source, now))
        })),
        Outcome::Failed(Failure {
            kind: Kind::NotSent | Kind::Untrusted | Kind::UnusableProxy | Kind::Unprocessed,
            text: cause,
            source: network_error,
            ..
        }) => Error::NotSent {
            operation: route.operation,
            prediction_id,
            cause,
            network_error,
            may_still_run: false,
            retryable,
        },
        Outcome::Failed(Failure {
            kind: Kind::NotJson | Kind::TooLarge | Kind::Coding,
            text,
            answer: Some(answer),
            ..
        }) => Error::UnexpectedResponse(Box::new(UnexpectedResponse {
            operation: route.operation,
            prediction_id,
            status: answer.status.as_u16(),
            reason: text,
            request_id: headers::request_id(&answer.headers, &answer.body),
            body: answer.body,
            may_still_run: false,
            retryable,
        })),
        outcome => {
            let cause = outcome.in_words();
            let network_error = match outcome {
                Outcome::Failed(failure) => failure.source,
                _ => None,
            };
            Error::Interrupted {
                operation: route.operation,
                prediction_id,
                cause,
                network_error,
                may_still_run: false,
                retryable,
            }
        }
    }
}

fn refused(
    route: Route,
    prediction_id: Option<PredictionId>,
    answer: &Answer,
    (key_source, now): (&str, SystemTime),
) -> ApiError {
    let told = error_body::read(&answer.body);
    let retry_after = headers::retry_after(answer, now);
    let hint = match answer.status.as_u16() {
        401 => format!("check the key {key_source}"),
        _ => hint(route, answer, &told, retry_after),
    };
    ApiError {
        operation: route.operation,
        prediction_id,
        status: answer.status.as_u16(),
        request_id: headers::request_id(&answer.headers, &answer.body),
        message: told.message,
        code: told.code,
        retry_after,
        hint,
        may_still_run: false,
        retryable: false,
    }
}

/// What to do next.
fn hint(
    route: Route,
    answer: &Answer,
    told: &ErrorMessage,
    retry_after: Option<Duration>,
) -> String {
    let quota = [codes::INSUFFICIENT_USER_QUOTA, codes::PRE_CONSUME_TOKEN_QUOTA_FAILED];
    match answer.status.as_u16() {
        300..=399 => {
            let to = answer.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let to = to.map(|to| format!(" (to {})", printable(to))).unwrap_or_default();
            format!(
                "redirects{to} are not followed, since they could leak the key: set the base URL to where the API is"
            )
        }
        402 => "add credit to the account".to_owned(),
        403 if quota.contains(&told.code.as_str()) => "add credit to the account".to_owned(),
        403 => "use a key that may do this".to_owned(),
        404 | 405 if route == routes::UPLOAD_FILE => {
            format!("this gateway does not relay uploads: {}", instead_of_uploading())
        }
        413 if route == routes::UPLOAD_FILE => {
            format!("the file is too large for this gateway: {}", instead_of_uploading())
        }
        _ if is_not_relayed(route, answer) => {
            format!("this gateway does not relay {}", route.operation)
        }
        404 if route == routes::GET_PREDICTION => format!(
            "check the id; what a prediction holds is kept for {} minutes",
            limits::RESULT_RETENTION_SECONDS / 60
        ),
        404 if route == routes::DELETE_FILE => format!(
            "check the id; an uploaded file is kept for {} hours",
            limits::FILE_RETENTION_SECONDS / 3600
        ),
        404 => "check the id or the model's name".to_owned(),
        400 | 413 | 422 => "change the request".to_owned(),
        429 => match retry_after {
            Some(after) => format!("ask again in {} s", after.as_secs_f64().ceil()),
            None => "ask again later".to_owned(),
        },
        503 if told.code == codes::MODEL_NOT_FOUND => {
            "the gateway has no channel for this model now: use another one, or ask again later"
                .to_owned()
        }
        500..=599 => "ask again later".to_owned(),
        _ => String::new(),
    }
}

fn instead_of_uploading() -> String {
    let most = limits::INLINE_FILE_BYTES;
    format!("make it smaller ({most} bytes fit into an input), or give an https URL of it")
}

/// Whether an answer is the API's own refusal, in the form of one of its two families, and not the page
/// of a firewall or of a proxy.
pub(crate) fn is_of_the_api(answer: &Answer) -> bool {
    let body = serde_json::from_slice::<serde_json::Value>(&answer.body);
    let keys = ["error", "detail", "title"];
    body.is_ok_and(|body| keys.iter().any(|key| body.get(key).is_some()))
}

/// Whether an answer says that the gateway does not pass such requests on.
pub(crate) fn is_not_relayed(route: Route, answer: &Answer) -> bool {
    let missing = matches!(answer.status.as_u16(), 404 | 405);
    missing && !route.documented_by_gateway && !knows_the_route(answer)
}

/// Whether a 404 is about the thing asked for and not about the route: Replicate's own form.
fn knows_the_route(answer: &Answer) -> bool {
    let problem = serde_json::from_slice::<serde_json::Value>(&answer.body);
    answer.status.as_u16() == 404 && problem.is_ok_and(|body| body.get("detail").is_some())
}
