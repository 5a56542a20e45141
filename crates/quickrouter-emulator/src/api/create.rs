//! Creates predictions: finds the model, checks the input, plans the prediction.

use crate::api::billing::Bill;
use crate::api::cancel_after::deadline;
use crate::api::deployments::find_deployment;
use crate::api::files;
use crate::api::models;
use crate::api::prefer::{APPLIED, PreferWait};
use crate::api::replay::{self, Runnable};
use crate::faults::PredictionFaults;
use crate::http::middleware::{AboutPrediction, IgnoredInputs, REQUEST_ID};
use crate::http::origin::Origin;
use crate::http::prediction_json;
use crate::model::entry::ModelEntry;
use crate::model::failure;
use crate::model::lifecycle::Lifecycle;
use crate::model::plan::Plan;
use crate::model::rng::Rng;
use crate::recording::closest::Asked;
use crate::state::Shared;
use crate::state::predictions::{NewPrediction, Record, StoreFull, Webhook, stream_id};
use crate::store::Ticket;
use crate::webhooks;
use crate::wire::json;
use crate::wire::problem::Problem;
use axum::Extension;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use quickrouter_api::types::{ModelPredictionRequest, PredictionRequest, WebhookEvent};
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

pub(crate) async fn by_version(
    State(state): State<Shared>,
    origin: Origin,
    headers: HeaderMap,
    faults: Extension<PredictionFaults>,
    body: Bytes,
) -> Result<Response, Problem> {
    let asked: PredictionRequest = parse(&body)?;
    let target = Asked::by_version(&asked.version);
    let to_run = match replay::find(&state, target, &asked.input, &origin)? {
        Some(recorded) => recorded,
        None => match state.model_by_version(&asked.version) {
            Some(model) => Runnable::drawn(model, &asked.version),
            None => return Err(Problem::unknown_version(&asked.version)),
        },
    };
    let webhook = webhook(asked.webhook, asked.webhook_events_filter, &faults)?;
    let (bytes, faults) = (body.len(), faults.0);
    let request = CreateRequest { to_run, input: asked.input, bytes, webhook, faults };
    let accepted = accept(&state, request, &headers, &origin)?.kept(&state).await?;
    Ok(respond(&state, accepted, &headers, &origin).await)
}

pub(crate) async fn by_model(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    origin: Origin,
    headers: HeaderMap,
    faults: Extension<PredictionFaults>,
    body: Bytes,
) -> Result<Response, Problem> {
    let find = || models::find(&state, &owner, &name);
    let target = Asked::by_model(&format!("{owner}/{name}"));
    of_model(&state, target, find, &origin, &headers, faults.0, &body).await
}

pub(crate) async fn by_deployment(
    State(state): State<Shared>,
    Path((owner, name)): Path<(String, String)>,
    origin: Origin,
    headers: HeaderMap,
    faults: Extension<PredictionFaults>,
    body: Bytes,
) -> Result<Response, Problem> {
    let find = || find_deployment(&state, &owner, &name);
    let target = Asked::by_deployment(&format!("{owner}/{name}"));
    of_model(&state, target, find, &origin, &headers, faults.0, &body).await
}

async fn of_model(
    state: &Shared,
    target: Asked,
    find: impl Fn() -> Result<Arc<ModelEntry>, Problem>,
    origin: &Origin,
    headers: &HeaderMap,
    faults: PredictionFaults,
    body: &Bytes,
) -> Result<Response, Problem> {
    if state.replaying.is_none() {
        // An unknown model is refused whatever the body is.
        find()?;
    }
    let asked: ModelPredictionRequest = parse(body)?;
    let to_run = match replay::find(state, target, &asked.input, origin)? {
        Some(recorded) => recorded,
        None => Runnable::drawn(find()?, ""),
    };
    let webhook = webhook(asked.webhook, asked.webhook_events_filter, &faults)?;
    let bytes = body.len();
    let request = CreateRequest { to_run, input: asked.input, bytes, webhook, faults };
    let accepted = accept(state, request, headers, origin)?.kept(state).await?;
    Ok(respond(state, accepted, headers, origin).await)
}

/// A create that is accepted once it is on the disk, if predictions are kept.
struct Admitted {
    new: NewPrediction,
    ticket: Ticket,
    bill: Bill,
    reservation: Option<OwnedSemaphorePermit>,
    ignored: Vec<String>,
}

impl Admitted {
    /// Waits for the disk.
    async fn kept(self, state: &Shared) -> Result<Accepted, Problem> {
        let Self { new, ticket, bill, reservation, ignored } = self;
        let own = Arc::clone(state);
        let accept = move || {
            let number = new.number;
            let record = own.store().insert(new);
            bill.charge(&record);
            own.count_create(record.lifecycle.plan.outputs.files());
            webhooks::spawn(&own, number, &record, reservation);
            tracing::debug!(id = &*record.id, model = record.model.name, "create accepted");
            record
        };
        if !state.journal.keeps() {
            return Ok(Accepted { record: accept(), ignored });
        }
        // A task of its own: what is on the disk counts even if the caller hangs up meanwhile.
        let kept = tokio::spawn(async move { ticket.written().await.map(|()| accept()) });
        let kept = kept.await.map_err(|_| Problem::internal("The create was interrupted."))?;
        let record = kept.map_err(|error| Problem::not_kept(&error))?;
        Ok(Accepted { record, ignored })
    }
}

/// A create that was accepted.
struct Accepted {
    record: Arc<Record>,
    /// The inputs that the model does not know.
    ignored: Vec<String>,
}

/// A parsed create.
struct CreateRequest {
    to_run: Runnable,
    input: Map<String, Value>,
    /// The size of its body.
    bytes: usize,
    webhook: Option<Webhook>,
    faults: PredictionFaults,
}

fn webhook(
    url: Option<String>,
    events: Vec<WebhookEvent>,
    faults: &PredictionFaults,
) -> Result<Option<Webhook>, Problem> {
    let Some(url) = url else { return Ok(None) };
    let parsed: Option<http::Uri> = url.parse().ok();
    let fits = parsed.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some()
    });
    if !fits || reqwest::Url::parse(&url).is_err() {
        return Err(Problem::invalid_body("- webhook: must be an http or https URL\n"));
    }
    Ok(Some(Webhook { url, events, fault: faults.webhooks }))
}

/// Parses a body as the contract describes it; anything else is refused.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let value = json::parse(body).map_err(|error| {
        Problem::bad_request(format!("The body cannot be read as JSON: {error}"))
    })?;
    if !value.is_object() {
        return Err(Problem::invalid_body("- The body must be a JSON object.\n"));
    }
    if value.get("input").is_some_and(|input| !input.is_object()) {
        return Err(Problem::invalid_body("- input: must be a JSON object\n"));
    }
    serde_json::from_value(value).map_err(|error| match place::<T>(body) {
        Some(place) => Problem::invalid_body(format!("- {place}: {error}\n")),
        None => Problem::invalid_body(format!("- {error}\n")),
    })
}

/// The path at which a body differs from its schema; `None` if the error itself names the field.
fn place<T: DeserializeOwned>(body: &[u8]) -> Option<String> {
    let error = serde_path_to_error::deserialize::<_, T>(json::parse(body).ok()?).err()?;
    let path = error.path().to_string();
    // A dot stands for the body itself.
    (path != "." && !error.inner().to_string().starts_with("unknown field")).then_some(path)
}

/// Accepts a create, or refuses it. It counts as billed once it is kept.
fn accept(
    state: &Shared,
    request: CreateRequest,
    headers: &HeaderMap,
    origin: &Origin,
) -> Result<Admitted, Problem> {
    let CreateRequest { to_run, bytes, webhook, faults, .. } = request;
    let Runnable { model, version, replay } = to_run;
    let input = Value::Object(request.input);
    let invalid = |violations: Vec<_>| Problem::invalid_input(&violations);
    let (ignored, missing) = match &replay {
        // The recording proves that it was accepted.
        Some(_) => (Vec::new(), None),
        None => {
            let ignored = model.checker.check(&input, state.strict_inputs).map_err(invalid)?;
            (ignored, files::missing(state, &model, &input, origin))
        }
    };
    let now = state.now();
    let deadline = if state.traits.honours_cancel_after { deadline(headers, now)? } else { None };
    let reservation =
        webhook.as_ref().map(|_| state.webhook_budget.reserve(bytes)).transpose().map_err(
            |_| {
                let detail = "The emulator is full: too many webhooks have pending deliveries.";
                Problem::overloaded(detail)
            },
        )?;
    let request_id = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let bill = Bill::reserve(state, request_id)?;
    let told = to_raw_value(&input).map(Arc::<RawValue>::from).expect("what was read is JSON");
    let mut store = state.store();
    let id = store.fresh_id();
    let mut rng = Rng::from_bytes(id.as_bytes());
    let mut plan = match replay {
        Some(replay) => Plan::replayed(replay, &input, &state.timing),
        None => Plan::new(&model, &input, &mut rng, &state.timing).map_err(invalid)?,
    };
    let files = plan.outputs.files();
    let all_dropped = files > 0 && (0..files).all(|index| faults.dropped.contains(&index));
    let fails = faults.fails.or_else(|| all_dropped.then(|| failure::NSFW.to_owned()));
    // An input that cannot be fetched takes precedence: the model does not run then.
    plan.can_run = missing.is_none();
    let failure = missing.or_else(|| failure::message(&fails?));
    let bytes = bytes + plan.prompt.len() + plan.outputs.bytes();
    let lifecycle = Lifecycle { created_at: now, canceled_at: None, deadline, failure, plan };
    let (stream, input) = (stream_id(&id, &mut rng), told);
    let dropped = faults.dropped;
    let record = Record { id, model, version, input, lifecycle, stream, dropped, webhook };
    let new = store.admit(record, bytes, now).map_err(|StoreFull| {
        let detail = "The emulator is full: too many predictions, none of which has finished.";
        Problem::overloaded(detail)
    })?;
    let ticket = state
        .journal
        .commit(|| webhooks::begin(state, &new, bill.count(&new.record, new.change())));
    Ok(Admitted { new, ticket, bill, reservation, ignored })
}

/// Responds to an accepted create: at once, or when `Prefer` says.
async fn respond(
    state: &Shared,
    accepted: Accepted,
    headers: &HeaderMap,
    origin: &Origin,
) -> Response {
    let Accepted { record, ignored } = accepted;
    let about = Extension(AboutPrediction(record.id.clone()));
    let about = (about, Extension(IgnoredInputs(ignored)));
    let prefer = PreferWait::of(headers).filter(|_| state.traits.honours_prefer);
    let Some(prefer) = prefer else {
        let fresh = prediction_json::prediction(&record, record.lifecycle.created_at, origin);
        return (state.traits.created, about, fresh).into_response();
    };
    let record = prefer.wait(state, record).await;
    let now = state.now();
    let over = record.at(now).is_terminal();
    let status = if over { state.traits.created } else { StatusCode::ACCEPTED };
    let body = prediction_json::prediction(&record, now, origin);
    (status, about, [(APPLIED, prefer.sent)], body).into_response()
}
