//! The gateway without a socket: its state, and the table of routes of both its origins.

use crate::api::{
    account, collections, create, definitions, deployments, faults, files, gateway_account,
    model_lists, models, outputs, predictions, stats, streams, webhooks,
};
use crate::delivery::Delivery;
use crate::error::Error;
use crate::faults::Faults;
use crate::http::body;
use crate::http::middleware::{Endpoint, handle};
#[cfg(feature = "page")]
use crate::page;
use crate::state::request_log::Exchange;
use crate::state::{Settings, Shared, State};
use crate::webhooks::resume as webhooks_of_before;
use crate::wire::interruption::is_reset;
use crate::wire::paths::{CONTENT, OUTPUTS, STATS, Side};
use crate::wire::problem::Problem;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State as With};
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodFilter, MethodRouter, get, on};
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};
use quickrouter_api::{Route, routes};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio_util::sync::CancellationToken;

/// Replicate's routes of trainings have this in their paths. None is in the contract.
const TRAININGS: &str = "trainings";

/// An emulated gateway without a socket. Clones share their state.
///
/// [`Gateway::router`] returns its routes, for any server or for
/// [`InMemoryTransport`](crate::InMemoryTransport).
#[derive(Clone)]
pub struct Gateway {
    state: Shared,
}

impl Gateway {
    pub(crate) fn new(mut settings: Settings) -> Self {
        let kept = std::mem::take(&mut settings.opened.kept.webhooks);
        let state = Arc::new(State::new(settings));
        webhooks_of_before(&state, kept);
        Self { state }
    }

    /// Ends streams and webhook deliveries, writes what is not on the disk yet, and closes the
    /// database: another emulator can then use the same [`state`](crate::EmulatorBuilder::state).
    /// What this one is asked to change afterwards is refused. Waits for the disk.
    #[cfg(feature = "state")]
    pub fn close(&self) {
        self.closing().cancel();
        self.state.journal.close();
    }

    /// All routes: the API below the base URL's path prefix, the outputs, and the emulator's own.
    ///
    /// A response that stands for a reset connection is marked: see [`Gateway::is_reset`].
    pub fn router(&self) -> Router {
        router(&self.state, Side::Gateway)
    }

    /// The routes of the other origin, at which URLs point if
    /// [`urls_elsewhere`](crate::EmulatorBuilder::urls_elsewhere) or the personality says so.
    pub fn router_elsewhere(&self) -> Router {
        router(&self.state, Side::Elsewhere)
    }

    /// Whether to reset the connection instead of sending this response. The servers of this crate
    /// do; one of your own that does not would send an empty response.
    pub fn is_reset(answer: &Response) -> bool {
        is_reset(answer)
    }

    /// How many creates were accepted: each would have been billed.
    pub fn creates_accepted(&self) -> u64 {
        self.state.creates_accepted.load(Ordering::SeqCst)
    }

    /// The most recent requests to the API, and all kinds to the other origin, with their
    /// responses, oldest first: the last 2000, and 32 MiB of bodies.
    pub fn requests(&self) -> Vec<Arc<Exchange>> {
        self.state.request_log().all().cloned().collect()
    }

    /// The content of an uploaded file: `None` if there is no such file, if it was deleted or has
    /// expired, or if its content had to make room for that of others.
    pub fn file_content(&self, id: &str) -> Option<Bytes> {
        self.state.files().content(id).map(|(_, content)| content)
    }

    /// Webhook deliveries, sent or pending, oldest first: the last 2000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.state.webhooks.all()
    }

    /// How many recordings answer creates.
    pub fn recordings(&self) -> usize {
        self.state.replaying.as_ref().map_or(0, |replaying| replaying.recordings.len())
    }

    /// How many recordings do not, since they are incomplete.
    pub fn incomplete_recordings(&self) -> usize {
        self.state.replaying.as_ref().map_or(0, |replaying| replaying.recordings.incomplete())
    }

    /// Replaces all faults; counting and drawing start from the beginning.
    ///
    /// # Errors
    /// [`Error::Fault`](crate::Error::Fault) if one could never do what it says.
    pub fn set_faults(&self, faults: Faults) -> Result<(), Error> {
        faults.check()?;
        self.state.set_faults(faults);
        Ok(())
    }

    /// Cancel it to end open streams, pages and webhook deliveries, and to stop the server.
    pub(crate) fn closing(&self) -> &CancellationToken {
        self.state.closing()
    }

    /// An API key that is accepted.
    pub fn key(&self) -> &str {
        self.state.keys.example()
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway")
            .field("keys", &self.state.keys)
            .field("time_scale", &self.state.timing.scale)
            .field("creates_accepted", &self.creates_accepted())
            .finish_non_exhaustive()
    }
}

fn router(state: &Shared, side: Side) -> Router {
    let mut router = match side {
        Side::Gateway => api()
            .route(STATS, get(stats::get))
            .route(CONTENT, get(files::content))
            .merge(faults::routes())
            .merge(definitions::routes())
            .merge(webhooks::routes()),
        Side::Elsewhere => elsewhere(),
    };
    if side == Side::Gateway && state.traits.serves_origin {
        router = router.merge(gateway_account::routes());
    }
    #[cfg(feature = "page")]
    if side == Side::Gateway {
        router = router.merge(page::routes());
    }
    router = router.route(OUTPUTS, get(outputs::get));
    let endpoint = Endpoint { state: Arc::clone(state), side, body: body::largest() };
    router
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        // The outer one, which reads and limits bodies, first; together, since each `layer` boxes
        // every route once more.
        .layer((from_fn_with_state(endpoint, handle), DefaultBodyLimit::disable()))
        .with_state(Arc::clone(state))
}

/// The contract's routes, below the base URL's path prefix.
fn api() -> Router<Shared> {
    let api = [
        at(routes::CREATE_PREDICTION, |filter| on(filter, create::by_version)),
        at(routes::CREATE_MODEL_PREDICTION, |filter| on(filter, create::by_model)),
        at(routes::GET_PREDICTION, |filter| on(filter, predictions::get)),
        at(routes::LIST_PREDICTIONS, |filter| on(filter, predictions::list)),
        at(routes::CANCEL_PREDICTION, |filter| on(filter, predictions::cancel)),
        at(routes::UPLOAD_FILE, |filter| on(filter, files::upload)),
        at(routes::LIST_FILES, |filter| on(filter, files::list)),
        at(routes::GET_FILE, |filter| on(filter, files::get)),
        at(routes::DELETE_FILE, |filter| on(filter, files::delete)),
        at(routes::STREAM_PREDICTION, |filter| on(filter, streams::get)),
        at(routes::GET_WEBHOOK_SECRET, |filter| on(filter, webhooks::secret)),
        at(routes::CREATE_DEPLOYMENT_PREDICTION, |filter| on(filter, create::by_deployment)),
        at(routes::LIST_DEPLOYMENTS, |filter| on(filter, deployments::list)),
        at(routes::GET_DEPLOYMENT, |filter| on(filter, deployments::get)),
        at(routes::GET_ACCOUNT, |filter| on(filter, account::account)),
        at(routes::LIST_HARDWARE, |filter| on(filter, account::hardware)),
        at(routes::LIST_COLLECTIONS, |filter| on(filter, collections::list)),
        at(routes::GET_COLLECTION, |filter| on(filter, collections::get)),
        at(routes::LIST_MODELS, |filter| on(filter, model_lists::list)),
        (routes::SEARCH_MODELS, MethodRouter::new().fallback(query_of_models)),
        at(routes::LIST_MODEL_VERSIONS, |filter| on(filter, model_lists::versions)),
        at(routes::GET_MODEL, |filter| on(filter, models::model)),
        at(routes::GET_MODEL_VERSION, |filter| on(filter, models::version)),
    ];
    nested(api, Side::Gateway)
}

/// The other origin's routes: none needs a key. Everything else is refused there.
fn elsewhere() -> Router<Shared> {
    let open = [at(routes::STREAM_PREDICTION, |filter| on(filter, streams::get))];
    nested(open, Side::Elsewhere)
}

fn nested<const N: usize>(api: [(Route, MethodRouter<Shared>); N], side: Side) -> Router<Shared> {
    let routed = |router: Router<Shared>, (route, method): (Route, MethodRouter<Shared>)| {
        router.route(&format!("{}{}", side.prefix(), route.path), method)
    };
    api.into_iter().fold(Router::new(), routed)
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

/// axum selects by HTTP's older methods alone: a QUERY comes by the way of those that are not
/// allowed.
async fn query_of_models(With(state): With<Shared>, request: Request) -> Response {
    let mut response = if request.method().as_str() == routes::SEARCH_MODELS.method {
        Handler::call(model_lists::search, request, state).await
    } else {
        wrong_method(request).await.into_response()
    };
    let allowed = HeaderValue::from_static("GET,HEAD,QUERY");
    response.headers_mut().insert(header::ALLOW, allowed);
    response
}

async fn unknown_path(request: Request) -> Problem {
    let path = request.uri().path();
    if path.split('/').any(|part| part == TRAININGS) {
        return Problem::not_found(format!(
            "The emulator does not train models, so there is nothing at {path}. It runs them: \
             create a prediction."
        ));
    }
    Problem::not_found(format!("The emulator has nothing at {path}."))
}

async fn wrong_method(request: Request) -> Problem {
    let detail = format!("{} does not take {}.", request.uri().path(), request.method());
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail)
}
