//! Passes requests on to the gateway, with the headers that matter and no key of a client's.

use crate::model::hex::hex;
use crate::recorder::outcome::prediction_in;
use crate::recorder::session::{Session, UploadedFile};
use crate::recorder::upstream::{NoResponse, UpstreamResponse};
use crate::recorder::urls::{own_url, point_here};
use crate::wire::json;
use crate::wire::problem::Problem;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use quickrouter_api::routes;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::convert::Infallible;
use tokio::time::Instant;

/// What is passed on of a request's headers.
const OF_REQUESTS: [&str; 4] = ["content-type", "prefer", "cancel-after", "accept"];
/// What is passed on of a response's headers, besides all that begin with `ratelimit-`.
const OF_RESPONSES: [&str; 7] = [
    "content-type",
    "preference-applied",
    "retry-after",
    "x-request-id",
    "x-oneapi-request-id",
    "request-id",
    "cf-ray",
];

/// The headers of a request that are passed on.
pub(super) fn passed_on(headers: &HeaderMap) -> HeaderMap {
    select(headers, |name| OF_REQUESTS.contains(&name))
}

fn select(headers: &HeaderMap, wanted: impl Fn(&str) -> bool) -> HeaderMap {
    let selected = headers.iter().filter(|(name, _)| wanted(name.as_str()));
    selected.map(|(name, value)| (HeaderName::clone(name), value.clone())).collect()
}

/// Passes a request on that is no create.
pub(super) async fn pass(
    session: &Session,
    method: Method,
    below: &str,
    headers: &HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let url = session.upstream.url(below);
    let url =
        url.ok_or_else(|| Problem::bad_request(format!("{below:?} is no path of the API.")))?;
    let upload =
        (method == Method::POST && below == routes::UPLOAD_FILE.path).then(|| body.clone());
    let asked = Instant::now();
    let sent = session.upstream.send(method, url, passed_on(headers), body).await;
    let answer = sent.map_err(|unanswered| no_response(&unanswered))?;
    if let Some(body) = upload {
        remember_upload(session, headers, body, &answer).await;
    }
    Ok(respond(session, &answer, below, asked))
}

/// The error for a request that can be sent again without harm.
pub(super) fn no_response(unanswered: &NoResponse) -> Problem {
    if unanswered.certainly_not_processed {
        return not_processed(&unanswered.why, unanswered.again);
    }
    let detail = format!("The gateway's response cannot be read: {}.", unanswered.why);
    Problem::new(StatusCode::BAD_GATEWAY, "Bad gateway", detail)
}

/// The error for a request that the gateway has not processed. Clients retry the one status, and not
/// the other.
pub(super) fn not_processed(why: &str, again: bool) -> Problem {
    let detail = format!("The gateway has not processed this, and nothing was created: {why}.");
    if again {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Service unavailable", detail)
    } else {
        Problem::bad_request(detail)
    }
}

/// A gateway's response as the recorder's: URLs point here, and predictions in it are observed.
pub(super) fn respond(
    session: &Session,
    answer: &UpstreamResponse,
    below: &str,
    asked: Instant,
) -> Response {
    let mut body = answer.body.clone();
    if let Ok(mut value) = json::parse(&answer.body)
        && (value.is_object() || value.is_array())
    {
        observe(session, &value, asked);
        point_here(session, &mut value, below);
        body = value.to_string().into();
    }
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = select(&answer.headers, |name| {
        OF_RESPONSES.contains(&name) || name.starts_with("ratelimit-")
    });
    response
}

/// Adds what a response says of predictions that are being recorded.
fn observe(session: &Session, value: &Value, asked: Instant) {
    let listed = value.get("results").and_then(Value::as_array).into_iter().flatten();
    for prediction in listed.chain([value]).filter_map(prediction_in) {
        let id = prediction.get("id").and_then(Value::as_str).unwrap_or_default();
        let tracked = session.tracked().get(id).cloned();
        if let Some(tracked) = tracked {
            tracked.observe(prediction, asked);
        }
    }
}

/// Remembers the content of an uploaded file, by which inputs with its URL are compared.
async fn remember_upload(
    session: &Session,
    headers: &HeaderMap,
    body: Bytes,
    answer: &UpstreamResponse,
) {
    let file = json::parse(&answer.body).unwrap_or_default();
    let id = file.get("id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let Some(id) = id.filter(|_| answer.status.is_success()) else { return };
    let Some(sha256) = content_digest(headers, body).await else { return };
    let own = own_url(session, &routes::GET_FILE, id);
    let below = own.strip_prefix(&session.base()).unwrap_or_default();
    let named = file.pointer("/urls/get").and_then(Value::as_str).map(str::to_owned);
    let url = named.unwrap_or_else(|| format!("{}{below}", session.upstream.base()));
    session.remember_upload(own, UploadedFile { url, sha256 });
}

/// The digest of the part `content` of a form.
async fn content_digest(headers: &HeaderMap, body: Bytes) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = multer::parse_boundary(kind).ok()?;
    let body = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(body, boundary);
    while let Some(field) = form.next_field().await.ok()? {
        if field.name() == Some("content") {
            return Some(hex(&Sha256::digest(field.bytes().await.ok()?)));
        }
    }
    None
}
