//! What a recorder answers, without a socket.

use crate::http::body;
use crate::recorder::access::{check_host, check_key};
use crate::recorder::create::{IncomingCreate, create};
use crate::recorder::folder_lock::FolderLock;
use crate::recorder::session::Session;
use crate::recorder::{relay, streams, unknown};
use crate::recording::import::create_route;
use crate::wire::paths::{UNKNOWN_CREATES, parameters, prefix};
use crate::wire::problem::{ErrorFormat, Problem};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::response::Response;
use http::{Method, StatusCode};
use quickrouter_api::{Route, routes};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Largest upload, in bytes.
const MAX_UPLOAD: usize = 101 * 1024 * 1024;

/// A recorder without a socket; see [`RecorderBuilder::in_memory`](crate::RecorderBuilder::in_memory).
#[derive(Clone)]
pub struct RecordingGateway {
    pub(super) session: Arc<Session>,
    /// Held as long as requests are answered.
    pub(super) lock: Arc<FolderLock>,
}

impl RecordingGateway {
    /// Its routes: those of the gateway below `/replicate`, and its own below `/emulator`.
    pub fn router(&self) -> Router {
        let (session, lock) = (Arc::clone(&self.session), Arc::clone(&self.lock));
        Router::new()
            .fallback(move |request: Request| {
                let _lock = &lock;
                handle(Arc::clone(&session), request)
            })
            .layer(DefaultBodyLimit::disable())
    }

    /// The key that clients send; drawn for this run.
    pub fn key(&self) -> &str {
        self.session.client_key()
    }

    /// The base URL for clients.
    pub fn base_url(&self) -> String {
        self.session.base()
    }

    /// How many creates were sent to the gateway.
    pub fn creates_sent(&self) -> u64 {
        self.session.creates_sent.load(Ordering::SeqCst)
    }

    /// Ends the recording: gives running predictions a moment, writes what there is, and reports what
    /// is incomplete.
    pub async fn stop(&self) {
        let session = &self.session;
        session.closing.cancel();
        session.tasks.close();
        // Downloads have as long as predictions.
        let ended = tokio::time::timeout(session.grace * 2, session.tasks.wait()).await;
        if ended.is_err() {
            for tracked in session.tracked().values() {
                let path = tracked.path.display();
                session
                    .trouble(format!("{path} is incomplete: the recorder stopped before its end"));
            }
        }
        for open in session.ledger.all() {
            let (number, target, path) =
                (open.number, open.request.described(), session.ledger.path().display());
            session.trouble(format!("create {number} ({target}) is not settled; {path} has it"));
        }
    }
}

impl fmt::Debug for RecordingGateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingGateway")
            .field("upstream", &self.session.upstream.origin())
            .field("folder", &self.session.folder)
            .field("creates_sent", &self.creates_sent())
            .finish_non_exhaustive()
    }
}

async fn handle(session: Arc<Session>, request: Request) -> Response {
    match dispatch(&session, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_format(ErrorFormat::Problem, ""),
    }
}

async fn dispatch(session: &Arc<Session>, request: Request) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    check_host(&parts.headers)?;
    let path = parts.uri.path();
    if let Some(own) = path.strip_prefix(UNKNOWN_CREATES) {
        return match (&parts.method, own.strip_prefix('/')) {
            (&Method::GET, None) if own.is_empty() => Ok(unknown::list(session)),
            (&Method::DELETE, Some(number)) => {
                unknown::allow(session, number, &parts.headers).await
            }
            _ => Err(not_there(&parts.method, path)),
        };
    }
    let below = path.strip_prefix(prefix()).filter(|below| below.starts_with('/'));
    let below = below.ok_or_else(|| not_there(&parts.method, path))?;
    if let Some(token) = last_parameter(&routes::STREAM_PREDICTION, &parts.method, below) {
        return streams::get(session, token, &parts.headers).await;
    }
    check_key(session, &parts.headers)?;
    let is = |route: &Route| last_parameter(route, &parts.method, below).is_some();
    let upload = is(&routes::UPLOAD_FILE);
    let create_route = create_route(below).filter(|_| parts.method == Method::POST);
    // Only what costs nothing, or is announced. A training, for one, is not passed on.
    let reads =
        [Method::GET, Method::HEAD].contains(&parts.method) || parts.method.as_str() == "QUERY";
    if !(reads
        || upload
        || create_route.is_some()
        || is(&routes::CANCEL_PREDICTION)
        || is(&routes::DELETE_FILE))
    {
        return Err(not_there(&parts.method, path));
    }
    let limit = if upload { MAX_UPLOAD } else { body::largest() };
    let body = body::read(body, limit, &session.body_budget).await?;
    let (bytes, _until_answered) = (body.bytes, body.permit);
    if let Some((route, model)) = create_route {
        let (below, headers) = (below.to_owned(), parts.headers);
        return create(session, IncomingCreate { route, model, below, headers, body: bytes }).await;
    }
    let query = parts.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let method = if parts.method == Method::HEAD { Method::GET } else { parts.method };
    relay::pass(session, method, &format!("{below}{query}"), &parts.headers, bytes).await
}

/// The last parameter of a route that a request matches; empty if the route has none.
fn last_parameter<'a>(route: &Route, method: &Method, below: &'a str) -> Option<&'a str> {
    let found = parameters(route.path, below).filter(|_| route.method == method.as_str())?;
    Some(found.last().copied().unwrap_or_default())
}

fn not_there(method: &Method, path: &str) -> Problem {
    let detail = format!(
        "The recorder does not pass {method} {path} on: it relays creates, cancels, files, and \
         everything that only reads."
    );
    Problem::new(StatusCode::NOT_FOUND, "Not found", detail)
}
