//! The middleware that every request passes: it is read, authorized, subjected to faults, answered
//! and logged.

use crate::faults::AppliedFaults;
use crate::http::auth::admits;
use crate::http::body::{self, BufferedBody};
use crate::http::cors;
use crate::http::log_entry::LogEntry;
use crate::state::request_log::{Exchange, redacted, truncated};
use crate::state::{Shared, State};
use crate::wire::interruption;
use crate::wire::paths::{OWN, Side, is_create, is_output};
use crate::wire::problem::{ErrorFormat, Problem};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State as With};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use http_body::Body as _;
use quickrouter_api::routes::origin;
use quickrouter_api::{Route, routes};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

/// Responds with a secret, which the log must not show: reading the log needs no key.
const SECRET: &str = routes::GET_WEBHOOK_SECRET.operation;

/// In a response, and in a create as its handler sees it.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A gateway as seen from one of its origins.
#[derive(Clone)]
pub(crate) struct Endpoint {
    pub(crate) state: Shared,
    pub(crate) side: Side,
    /// Largest request body, in bytes.
    pub(crate) body: usize,
}

/// The prediction that a response is about.
#[derive(Debug, Clone)]
pub(crate) struct AboutPrediction(pub(crate) Arc<str>);

/// The inputs of a create that its model does not know, and so ignores.
#[derive(Debug, Clone)]
pub(crate) struct IgnoredInputs(pub(crate) Vec<String>);

/// What is known of a request from its head.
struct Incoming {
    side: Side,
    route: Option<&'static Route>,
    /// The name of the route beside the API, at the origin.
    beside: Option<&'static str>,
    /// Whether it is for the API rather than for the emulator itself.
    api: bool,
    /// Whether other sites may read the response.
    open: bool,
    /// Whether it is logged: for the other origin, everything is.
    kept: bool,
    id: String,
    at: SystemTime,
}

impl Incoming {
    fn of(parts: &Parts, endpoint: &Endpoint) -> Self {
        let path = parts.uri.path();
        let side = endpoint.side;
        let own = path == "/" || path.starts_with(OWN);
        let below = path.strip_prefix(side.prefix()).is_some_and(|rest| rest.starts_with('/'));
        let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let below_prefix = matched.and_then(|path| path.strip_prefix(side.prefix()));
        let route = below_prefix.and_then(|path| {
            // A HEAD is handled like a GET: refused, counted and subject to faults alike.
            let head = parts.method == Method::HEAD;
            let method = if head { "GET" } else { parts.method.as_str() };
            let mut all = routes::ALL.iter();
            all.find(|route| route.path == path && route.method == method)
        });
        let beside = matched.filter(|_| side == Side::Gateway).and_then(|path| {
            origin::ALL.iter().find(|route| route.path == path).map(|route| route.name)
        });
        let (id, at) = (endpoint.state.next_request_id(), endpoint.state.now());
        let api = below && !own;
        let open = endpoint.state.cors && (api || is_output(path));
        let kept = api || beside.is_some() || side == Side::Elsewhere;
        Self { side, route, beside, api, open, kept, id, at }
    }

    fn operation(&self) -> Option<&'static str> {
        self.route.map(|route| route.operation).or(self.beside)
    }
}

pub(crate) async fn handle(
    With(endpoint): With<Endpoint>,
    request: Request,
    next: Next,
) -> Response {
    let state = &endpoint.state;
    let (parts, body) = request.into_parts();
    let incoming = Incoming::of(&parts, &endpoint);
    if incoming.api {
        state.requests.fetch_add(1, Ordering::Relaxed);
    }
    let faults = state.faults().select(incoming.operation(), &parts);
    let exchange = incoming
        .kept
        .then(|| Exchange { faults: faults.descriptions(), ..new_exchange(&parts, &incoming) });
    let mut entry = LogEntry::new(state, exchange);
    let response = match read(&endpoint, &incoming, body).await {
        Ok((body, BufferedBody { bytes, permit: _until_answered })) => {
            if let Some(exchange) = entry.exchange() {
                exchange.body = truncated(&bytes);
            }
            respond(&endpoint, &incoming, &faults, Request::from_parts(parts, body), next).await
        }
        Err(problem) => problem.into_response(),
    };
    let response = format_problem(response, state, &incoming);
    let mut response = faults.after(response).await;
    if incoming.open {
        cors::open(response.headers_mut());
    }
    finish(response, state, &incoming, entry).await
}

/// Reads the body, unless it is an upload, which is read as it arrives. The handler and the log
/// share it.
async fn read(
    endpoint: &Endpoint,
    incoming: &Incoming,
    body: Body,
) -> Result<(Body, BufferedBody), Problem> {
    if incoming.operation() == Some(routes::UPLOAD_FILE.operation) {
        return Ok((body, BufferedBody::default()));
    }
    let whole = body::read(body, endpoint.body, &endpoint.state.body_budget).await?;
    Ok((Body::from(whole.bytes.clone()), whole))
}

/// The response of the gateway, or of a fault in its place.
async fn respond(
    endpoint: &Endpoint,
    incoming: &Incoming,
    faults: &AppliedFaults,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(response) = faults.before().await {
        return response;
    }
    let preflight = || cors::preflight(request.method(), request.headers());
    if let Some(response) = incoming.open.then(preflight).flatten() {
        return response;
    }
    if let Err(problem) = authorize(endpoint, incoming, &request) {
        return problem.into_response();
    }
    let rate = match incoming.route.filter(|_| incoming.side == Side::Gateway) {
        Some(route) => endpoint.state.rate_limiter().count(route, incoming.at),
        None => Ok(None),
    };
    let status = match rate {
        Ok(status) => status,
        Err(refused) => return Problem::rate_limited(&refused).into_response(),
    };
    request.extensions_mut().insert(faults.for_prediction());
    if let (Some(_), Ok(id)) =
        (incoming.operation().filter(|name| is_create(name)), HeaderValue::from_str(&incoming.id))
    {
        request.headers_mut().insert(REQUEST_ID, id);
    }
    let mut response = next.run(request).await;
    if is_axum_rejection(&response) {
        let problem = Problem::bad_request("The path or the query is malformed.");
        response = problem.into_response();
    }
    let mut response = faults.replacement().unwrap_or(response);
    if let Some(status) = status {
        status.write_to(response.headers_mut());
    }
    response
}

/// Whether this request to the API is allowed, with this key.
fn authorize(endpoint: &Endpoint, incoming: &Incoming, request: &Request) -> Result<(), Problem> {
    if !incoming.api {
        return Ok(());
    }
    let gateway = incoming.side == Side::Gateway;
    let open = incoming.operation() == Some(routes::STREAM_PREDICTION.operation);
    let admitted = open || gateway && admits(&endpoint.state, request.headers());
    if !admitted {
        return Err(Problem::unauthenticated(error_format(&endpoint.state, incoming.side)));
    }
    match incoming.route.filter(|_| gateway && !endpoint.state.traits.relays_all) {
        Some(route) if !route.documented_by_gateway => {
            Err(Problem::not_relayed(request.method(), request.uri().path()))
        }
        _ => Ok(()),
    }
}

/// Renders errors in this gateway's format.
fn format_problem(mut response: Response, state: &State, incoming: &Incoming) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let format = error_format(state, incoming.side);
    let mut formed = problem.into_format(format, &incoming.id);
    let mut status = std::mem::take(response.headers_mut());
    // These described the body that is replaced.
    for name in [header::CONTENT_LENGTH, header::CONTENT_TYPE] {
        status.remove(name);
    }
    formed.headers_mut().extend(status);
    formed
}

fn error_format(state: &State, side: Side) -> ErrorFormat {
    match side {
        Side::Gateway => state.traits.error_format,
        // The service behind the gateway has its own format.
        Side::Elsewhere => ErrorFormat::Problem,
    }
}

/// Whether axum itself rejected the request: a path or a query that is not UTF-8.
fn is_axum_rejection(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    response.status() == StatusCode::BAD_REQUEST && plain
}

fn new_exchange(parts: &Parts, incoming: &Incoming) -> Exchange {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    Exchange {
        number: 0,
        at: incoming.at,
        duration: Duration::ZERO,
        side: incoming.side,
        operation: incoming.operation(),
        method: parts.method.clone(),
        path: path.to_owned(),
        headers: redacted(&parts.headers),
        had_key: parts.headers.contains_key(header::AUTHORIZATION),
        body: Bytes::new(),
        status: None,
        response_headers: http::HeaderMap::new(),
        response_body: Bytes::new(),
        prediction_id: None,
        ignored_inputs: Vec::new(),
        faults: Vec::new(),
    }
}

/// Adds the headers of every response, and logs the exchange, unless it is about the emulator
/// itself.
async fn finish(
    mut response: Response,
    state: &Shared,
    incoming: &Incoming,
    mut entry: LogEntry,
) -> Response {
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&incoming.id) {
        headers.insert(REQUEST_ID, value);
    }
    // Not left to the server: in memory there is none, and a server would use the system's clock.
    if let Ok(value) = HeaderValue::from_str(&date(state.now())) {
        headers.insert(header::DATE, value);
    }
    let status = response.status().as_u16();
    tracing::debug!(operation = incoming.operation(), status, request_id = incoming.id, "answered");
    let Some(exchange) = entry.exchange() else { return response };
    exchange.status = (!interruption::is_reset(&response)).then_some(status);
    exchange.response_headers = response.headers().clone();
    exchange.prediction_id = prediction_id(&response, exchange);
    if let Some(IgnoredInputs(names)) = response.extensions().get() {
        exchange.ignored_inputs.clone_from(names);
    }
    match buffer(response).await {
        (response, Some(body)) if incoming.operation() != Some(SECRET) => {
            exchange.response_body = truncated(&body);
            response
        }
        (response, _) => response,
    }
}

fn prediction_id(response: &Response, exchange: &Exchange) -> Option<String> {
    if let Some(AboutPrediction(id)) = response.extensions().get() {
        return Some(id.to_string());
    }
    let named = routes::GET_PREDICTION.path.split('{').next().unwrap_or_default();
    let (_, rest) = exchange.path.split_once(named)?;
    let id = rest.split(['/', '?']).next().filter(|id| !id.is_empty())?;
    Some(id.to_owned())
}

/// Copies a body that is already complete, but not a stream or a file.
async fn buffer(response: Response) -> (Response, Option<Bytes>) {
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

/// `Tue, 14 Nov 2023 22:13:20 GMT`; earlier than 1970 shows as the epoch.
fn date(now: SystemTime) -> String {
    httpdate::fmt_http_date(now.max(SystemTime::UNIX_EPOCH))
}
