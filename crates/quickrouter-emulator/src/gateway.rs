//! The gateway without a socket: its state, its routes, and what every request goes through.

use crate::origin::{OUTPUTS, OWN, STATS, prefix};
use crate::problem::Problem;
use crate::state::{Shared, State};
use crate::{create, model_routes, outputs, predictions};
use axum::extract::{DefaultBodyLimit, Request, State as With};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use axum::{Json, Router};
use http::{HeaderValue, Method, StatusCode, header};
use quickrouter_api::{Route, limits, routes};
use serde_json::json;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

/// The largest request body, in the contract's largest inline files: the emulator's own bound.
const INLINE_FILES: u64 = 16;

/// An emulated gateway without a socket: clones share their state.
///
/// [`Gateway::router`] gives its routes, for any server or for [`Memory`](crate::Memory).
#[derive(Clone)]
pub struct Gateway {
    state: Shared,
}

impl Gateway {
    pub(crate) fn new(state: State) -> Self {
        Self { state: Arc::new(state) }
    }

    /// All routes: the API below the base URL's path prefix, the outputs, and the counters.
    pub fn router(&self) -> Router {
        router(&self.state)
    }

    /// How many creates were accepted: each would have been billed.
    pub fn creates_accepted(&self) -> u64 {
        self.state.creates_accepted.load(Ordering::SeqCst)
    }

    /// A key that requests may carry.
    pub fn key(&self) -> &str {
        self.state.keys.valid()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("keys", &self.state.keys)
            .field("time_scale", &self.state.pace.scale)
            .field("creates_accepted", &self.creates_accepted())
            .finish_non_exhaustive()
    }
}

fn router(state: &Shared) -> Router {
    let prefix = prefix();
    let body = usize::try_from(limits::INLINE_FILE_BYTES * INLINE_FILES).unwrap_or(usize::MAX);
    let api: [(Route, MethodRouter<Shared>); 7] = [
        at(routes::CREATE_PREDICTION, |filter| on(filter, create::by_version)),
        at(routes::CREATE_MODEL_PREDICTION, |filter| on(filter, create::by_model)),
        at(routes::GET_PREDICTION, |filter| on(filter, predictions::get)),
        at(routes::LIST_PREDICTIONS, |filter| on(filter, predictions::list)),
        at(routes::CANCEL_PREDICTION, |filter| on(filter, predictions::cancel)),
        at(routes::GET_MODEL, |filter| on(filter, model_routes::model)),
        at(routes::GET_MODEL_VERSION, |filter| on(filter, model_routes::version)),
    ];
    let mut router = Router::new();
    for (route, method) in api {
        router = router.route(&format!("{prefix}{}", route.path), method);
    }
    router
        .route(OUTPUTS, get(outputs::get))
        .route(STATS, get(stats))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(body))
        .layer(from_fn_with_state(Arc::clone(state), watch))
        .with_state(Arc::clone(state))
}

fn at(
    route: Route,
    method: impl FnOnce(MethodFilter) -> MethodRouter<Shared>,
) -> (Route, MethodRouter<Shared>) {
    let filter = Method::from_bytes(route.method.as_bytes())
        .ok()
        .and_then(|method| MethodFilter::try_from(method).ok())
        .expect("the contract's methods are HTTP's");
    (route, method(filter))
}

/// Every request comes through here: it is counted, its key looked at, its answer given an id and
/// the date by the emulator's own clock.
async fn watch(With(state): With<Shared>, request: Request, next: Next) -> Response {
    let id = state.request_id();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let api = path.strip_prefix(&prefix()).is_some_and(|rest| rest.starts_with('/'))
        && !path.starts_with(OWN);
    if api {
        state.requests.fetch_add(1, Ordering::Relaxed);
    }
    let mut response = if api && !state.keys.admit(request.headers()) {
        Problem::unauthenticated().into_response()
    } else {
        in_form(next.run(request).await)
    };
    tracing::debug!(%method, path, status = response.status().as_u16(), request_id = id, "answered");
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // Here and not left to the server: in memory there is none, and its clock is the system's.
    if let Ok(value) = HeaderValue::from_str(&date(state.now())) {
        response.headers_mut().insert(header::DATE, value);
    }
    response
}

/// `Tue, 14 Nov 2023 22:13:20 GMT`; a clock from before 1970 shows as its first second.
fn date(now: SystemTime) -> String {
    httpdate::fmt_http_date(now.max(SystemTime::UNIX_EPOCH))
}

/// Puts what axum itself refuses (a path or query that is not UTF-8) into the documented form.
fn in_form(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status() == StatusCode::BAD_REQUEST && plain {
        return Problem::bad_request("The path or the query is malformed.").into_response();
    }
    response
}

async fn unknown_path(request: Request) -> Problem {
    Problem::not_found(format!("The emulator has nothing at {}.", request.uri().path()))
}

async fn wrong_method(request: Request) -> Problem {
    let detail = format!("{} does not take {}.", request.uri().path(), request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail)
}

/// What the emulator has counted.
async fn stats(With(state): With<Shared>) -> Response {
    let counted = json!({
        "creates_accepted": state.creates_accepted.load(Ordering::SeqCst),
        "requests": state.requests.load(Ordering::Relaxed),
        "predictions_kept": state.store().len(),
        "time_scale": state.pace.scale,
    });
    Json(counted).into_response()
}
