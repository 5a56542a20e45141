//! What every request goes through: it is read, admitted, met by faults, answered, and kept.

use crate::faults::Met;
use crate::http::auth::admits;
use crate::http::body::{self, Whole};
use crate::http::log_entry::Entry;
use crate::state::request_log::{Exchange, kept, without_key};
use crate::state::{Shared, State};
use crate::wire::interruption;
use crate::wire::paths::{OWN, Side};
use crate::wire::problem::{ErrorForm, Problem};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State as With};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body::Body as _;
use quickrouter_api::{Route, routes};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

/// What is answered with a secret, which the history does not tell: it needs no key.
const SECRET: &str = routes::GET_WEBHOOK_SECRET.operation;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A gateway as it is seen from one of its origins.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) state: Shared,
    pub(crate) side: Side,
    /// The largest body that is read, in bytes.
    pub(crate) body: usize,
}

/// The prediction that an answer is about.
#[derive(Debug, Clone)]
pub(crate) struct Concerns(pub(crate) Arc<str>);

/// What a request is, before it is looked into.
struct Asked {
    side: Side,
    route: Option<&'static Route>,
    /// Whether it is for the API, and not for what is the emulator's own.
    api: bool,
    /// Whether the exchange is kept: whatever the other origin is sent, it tells.
    kept: bool,
    id: String,
    at: SystemTime,
}

impl Asked {
    fn of(parts: &Parts, seen: &Seen) -> Self {
        let path = parts.uri.path();
        let side = seen.side;
        let own = path == "/" || path.starts_with(OWN);
        let below = path.strip_prefix(side.prefix()).is_some_and(|rest| rest.starts_with('/'));
        let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let route = matched.and_then(|path| path.strip_prefix(side.prefix()));
        let route = route.and_then(|path| {
            // A HEAD is answered like a GET, so it is one: refused, counted and met by faults alike.
            let head = parts.method == Method::HEAD;
            let method = if head { "GET" } else { parts.method.as_str() };
            let mut all = routes::ALL.iter();
            all.find(|route| route.path == path && route.method == method)
        });
        let (id, at) = (seen.state.request_id(), seen.state.now());
        let api = below && !own;
        Self { side, route, api, kept: api || side == Side::Elsewhere, id, at }
    }

    fn operation(&self) -> Option<&'static str> {
        self.route.map(|route| route.operation)
    }
}

pub(crate) async fn watch(With(seen): With<Seen>, request: Request, next: Next) -> Response {
    let state = &seen.state;
    let (parts, body) = request.into_parts();
    let asked = Asked::of(&parts, &seen);
    if asked.api {
        state.requests.fetch_add(1, Ordering::Relaxed);
    }
    let met = state.faults().meet(asked.operation(), &parts);
    let begun = asked.kept.then(|| Exchange { faults: met.in_words(), ..begun(&parts, &asked) });
    let mut entry = Entry::new(state, begun);
    let response = match read(&seen, &asked, body).await {
        Ok((body, Whole { bytes, room: _until_answered })) => {
            if let Some(exchange) = entry.exchange() {
                exchange.body = kept(&bytes);
            }
            answered(&seen, &asked, &met, Request::from_parts(parts, body), next).await
        }
        Err(problem) => problem.into_response(),
    };
    let response = in_form(response, state, &asked);
    let response = met.after(response).await;
    finished(response, state, &asked, entry).await
}

/// Reads the body, unless it is a file to keep, which is read as it comes. What is read is shared by
/// the answer and the history.
async fn read(seen: &Seen, asked: &Asked, body: Body) -> Result<(Body, Whole), Problem> {
    if asked.operation() == Some(routes::UPLOAD_FILE.operation) {
        return Ok((body, Whole::default()));
    }
    let whole = body::read(body, seen.body, &seen.state.bodies).await?;
    Ok((Body::from(whole.bytes.clone()), whole))
}

/// The answer of the gateway itself, or of a fault in its place.
async fn answered(
    seen: &Seen,
    asked: &Asked,
    met: &Met,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(response) = met.before().await {
        return response;
    }
    if let Err(problem) = admitted(seen, asked, &request) {
        return problem.into_response();
    }
    let rate = match asked.route.filter(|_| asked.side == Side::Gateway) {
        Some(route) => seen.state.rates().count(route, asked.at),
        None => Ok(None),
    };
    let told = match rate {
        Ok(told) => told,
        Err(refused) => return Problem::rate_limited(&refused).into_response(),
    };
    request.extensions_mut().insert(met.twist());
    let mut carried_out = next.run(request).await;
    if axum_refused(&carried_out) {
        let problem = Problem::bad_request("The path or the query is malformed.");
        carried_out = problem.into_response();
    }
    let mut response = met.instead().unwrap_or(carried_out);
    if let Some(told) = told {
        told.put_into(response.headers_mut());
    }
    response
}

/// Whether the API may be asked this, with this key.
fn admitted(seen: &Seen, asked: &Asked, request: &Request) -> Result<(), Problem> {
    if !asked.api {
        return Ok(());
    }
    let gateway = asked.side == Side::Gateway;
    let open = asked.operation() == Some(routes::STREAM_PREDICTION.operation);
    let admitted = open || gateway && admits(&seen.state.keys, request.headers());
    if !admitted {
        return Err(Problem::unauthenticated());
    }
    match asked.route.filter(|_| gateway && !seen.state.traits.relays_all) {
        Some(route) if !route.documented_by_gateway => {
            Err(Problem::not_relayed(request.method(), request.uri().path()))
        }
        _ => Ok(()),
    }
}

/// Puts refusals into the form that this gateway's errors have.
fn in_form(mut response: Response, state: &State, asked: &Asked) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    // What the service behind the gateway answers for itself has its own form.
    let form = match asked.side {
        Side::Gateway => state.traits.errors,
        Side::Elsewhere => ErrorForm::Problem,
    };
    let mut formed = problem.in_form(form, &asked.id);
    let mut told = std::mem::take(response.headers_mut());
    // Those of the body that it takes the place of.
    for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE] {
        told.remove(name);
    }
    formed.headers_mut().extend(told);
    formed
}

/// Whether it is what axum itself refuses: a path or a query that is not UTF-8.
fn axum_refused(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    response.status() == StatusCode::BAD_REQUEST && plain
}

fn begun(parts: &Parts, asked: &Asked) -> Exchange {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    Exchange {
        number: 0,
        at: asked.at,
        took: Duration::ZERO,
        side: asked.side,
        operation: asked.operation(),
        method: parts.method.clone(),
        path: path.to_owned(),
        headers: without_key(&parts.headers),
        had_key: parts.headers.contains_key(header::AUTHORIZATION),
        body: Bytes::new(),
        status: None,
        answer_headers: http::HeaderMap::new(),
        answer_body: Bytes::new(),
        prediction_id: None,
        faults: Vec::new(),
    }
}

/// Adds what every answer has, and keeps the exchange, unless it is about the emulator itself.
async fn finished(
    mut response: Response,
    state: &Shared,
    asked: &Asked,
    mut entry: Entry,
) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&asked.id) {
        headers.insert(REQUEST_ID, value);
    }
    // Here and not left to the server: in memory there is none, and its clock is the system's.
    if let Ok(value) = HeaderValue::from_str(&date(state.now())) {
        headers.insert(header::DATE, value);
    }
    let status = response.status().as_u16();
    tracing::debug!(operation = asked.operation(), status, request_id = asked.id, "answered");
    let Some(exchange) = entry.exchange() else { return response };
    exchange.status = (!interruption::is_reset(&response)).then_some(status);
    exchange.answer_headers = response.headers().clone();
    exchange.prediction_id = concerned(&response, exchange);
    match copied(response).await {
        (response, Some(body)) if asked.operation() != Some(SECRET) => {
            exchange.answer_body = kept(&body);
            response
        }
        (response, _) => response,
    }
}

fn concerned(response: &Response, exchange: &Exchange) -> Option<String> {
    if let Some(Concerns(id)) = response.extensions().get() {
        return Some(id.to_string());
    }
    let named = routes::GET_PREDICTION.path.split('{').next().unwrap_or_default();
    let (_, rest) = exchange.path.split_once(named)?;
    let id = rest.split(['/', '?']).next().filter(|id| !id.is_empty())?;
    Some(id.to_owned())
}

/// A copy of a body that is there already; none of one that is still to come, or of a file.
async fn copied(response: Response) -> (Response, Option<Bytes>) {
    let kind = response.headers().get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let text = kind.starts_with(b"text/html") || kind.windows(4).any(|part| part == b"json");
    if !text || response.body().size_hint().exact().is_none() {
        return (response, None);
    }
    let (parts, body) = response.into_parts();
    match to_bytes(body, usize::MAX).await {
        Ok(whole) => (Response::from_parts(parts, Body::from(whole.clone())), Some(whole)),
        Err(_) => (Response::from_parts(parts, Body::empty()), None),
    }
}

/// `Tue, 14 Nov 2023 22:13:20 GMT`; a clock from before 1970 shows as its first second.
fn date(now: SystemTime) -> String {
    httpdate::fmt_http_date(now.max(SystemTime::UNIX_EPOCH))
}
