//! Creates: each is sent once, announced, and settled before an equal one of unknown outcome is.

use crate::recorder::guard::{ResponseGuard, admit};
use crate::recorder::ledger::{Admission, MAX_UNSETTLED, Unsettled};
use crate::recorder::notice::Notice;
use crate::recorder::outcome::{Outcome, outcome, prediction_in};
use crate::recorder::predictions;
use crate::recorder::recover::{Search, recover, search_later};
use crate::recorder::relay::{no_response, not_processed, passed_on, respond};
use crate::recorder::session::Session;
use crate::recorder::unknown::{detail, refusal};
use crate::recorder::upstream::{NoResponse, UpstreamResponse};
use crate::recorder::urls::segment;
use crate::recording::draft::{Draft, micros};
use crate::recording::folder::shorten;
use crate::recording::format::{RecordedRequest, RecordedResponse, RecordedRoute};
use crate::recording::key::Target;
use crate::recording::redact::Redaction;
use crate::recording::scrub::Place;
use crate::wire::json;
use crate::wire::paths::{UNKNOWN_CREATES, fill};
use crate::wire::problem::Problem;
use crate::wire::time::time;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use quickrouter_api::routes;
use reqwest::Url;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::time::Instant;

/// How many predictions are recorded at a time.
const MAX_RUNNING: usize = 2000;

/// A client that gives up and at once tries again closes its connection before it opens another one.
/// Within this time that is noticed, and what it tries again is known for what it is.
const NOTICE: Duration = Duration::from_millis(100);

/// So many characters are shown of what cannot be read.
const SHOWN: usize = 500;

/// A larger input is not shown.
const LARGEST_SHOWN: usize = 2 * 1024;

/// A create as it came from a client.
pub(super) struct IncomingCreate {
    pub(super) route: RecordedRoute,
    /// The model or the deployment in its path.
    pub(super) model: Option<String>,
    /// Its path below the base URL.
    pub(super) below: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A create that is ready to be sent.
struct ReadyCreate {
    request: RecordedRequest,
    /// The request as it may be shown and kept.
    shown: RecordedRequest,
    webhook: bool,
    key: String,
    url: Url,
    below: String,
    headers: HeaderMap,
    body: Bytes,
    sent_at: String,
}

/// Answers a create.
pub(super) async fn create(
    session: &Arc<Session>,
    incoming: IncomingCreate,
) -> Result<Response, Problem> {
    if session.tracked().len() >= MAX_RUNNING {
        let detail = format!("The recorder is full: {MAX_RUNNING} predictions are running.");
        return Err(Problem::overloaded(detail));
    }
    let mut ready = prepare(session, incoming)?;
    if session.ledger.is_in_flight(&ready.key) {
        tokio::time::sleep(NOTICE).await;
    }
    let mut changes = session.ledger.subscribe();
    loop {
        changes.borrow_and_update();
        // It may have waited for another one.
        ready.sent_at = time(session.clock.now());
        let admission = admit(session, &ready.key, &ready.sent_at, &ready.shown).await;
        let admission = admission.map_err(|error| {
            let path = session.ledger.path().display();
            let why = format!("{path} cannot be written, so nothing was sent: {error}");
            not_processed(&why, false)
        })?;
        match admission {
            Admission::Free(number) => return sent(session, ready, number).await,
            Admission::Found { number, id } => return found(session, number, &id).await,
            Admission::Full { unknown } => return Err(full(session, unknown)),
            Admission::Wait => {
                tokio::select! {
                    _ = changes.changed() => {}
                    () = session.closing.cancelled() => {
                        return Err(not_processed("the recorder stops", true));
                    }
                }
            }
            Admission::Unknown(create) => match recover(session, &create, false).await {
                // The next round gets it.
                Search::Found(_) => {}
                search => {
                    let detail = detail(session, &create, &search);
                    session
                        .notice(&Notice::Unknown { number: create.number, detail: detail.clone() });
                    return Ok(refusal(&detail));
                }
            },
        }
    }
}

/// The error for a create that the list has no place for.
fn full(session: &Session, unknown: bool) -> Problem {
    if unknown {
        let why = format!(
            "the recorder is full: it is unknown what became of {MAX_UNSETTLED} creates; list them \
             with GET {origin}{UNKNOWN_CREATES}, and allow those again that you have looked for with \
             DELETE {origin}{UNKNOWN_CREATES}/NUMBER",
            origin = session.origin,
        );
        return not_processed(&why, false);
    }
    let detail = format!("The recorder is full: {MAX_UNSETTLED} creates are not settled.");
    Problem::overloaded(detail)
}

/// Reads a create, before anything is sent.
fn prepare(session: &Session, incoming: IncomingCreate) -> Result<ReadyCreate, Problem> {
    let IncomingCreate { route, model, below, headers, body } = incoming;
    let url = session.upstream.url(&below);
    let url = url.ok_or_else(|| Problem::bad_request("The path is none of the API."))?;
    let mut value = json::parse(&body).map_err(|error| {
        Problem::bad_request(format!("The body cannot be read as JSON: {error}"))
    })?;
    let text = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.map(str::to_owned)
    };
    let request = RecordedRequest::of_create(route, model, &value);
    let request = request.map_err(|why| Problem::invalid_body(format!("- {why}\n")))?;
    let request =
        RecordedRequest { prefer: text("prefer"), cancel_after: text("cancel-after"), ..request };
    let key = Target::of(&request).key(&session.canonical(&request.input));
    let webhook = value.get("webhook").is_some_and(|webhook| !webhook.is_null());
    // The body stays as it came, unless it names files by their URLs here.
    let named = value.get_mut("input").is_some_and(|input| session.name_files_of_gateway(input));
    let body = if named { value.to_string().into() } else { body };
    let mut headers = passed_on(&headers);
    headers.entry(header::CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    let shown = shown(session, &request);
    let sent_at = time(session.clock.now());
    Ok(ReadyCreate { request, shown, webhook, key, url, below, headers, body, sent_at })
}

/// A request as it may be shown and kept: redacted, and without long texts.
fn shown(session: &Session, request: &RecordedRequest) -> RecordedRequest {
    let uploads = |text: &str| session.upload(text);
    let mut redaction = Redaction::new(&session.keys, &uploads);
    let mut shown = request.clone();
    redaction.object(&mut shown.input, Place::Input, "");
    shown.input.values_mut().for_each(shorten);
    let bytes = serde_json::to_string(&shown.input).map_or(0, |text| text.len());
    if bytes > LARGEST_SHOWN {
        shown.input = Map::from_iter([("...".to_owned(), format!("{bytes} bytes").into())]);
    }
    shown
}

/// Sends a create once. Its task goes on if the client goes.
async fn sent(
    session: &Arc<Session>,
    ready: ReadyCreate,
    number: u64,
) -> Result<Response, Problem> {
    let delivery = ResponseGuard::of(session, number);
    let task = session.tasks.spawn(run(Arc::clone(session), ready, number));
    let response = task.await.map_err(|_| {
        // A bug: it must not be sent again.
        Problem::bad_request("The recorder failed; the create may have been accepted.")
    });
    if response.is_err() {
        session.change_ledger(move |ledger| ledger.unknown(number, "the recorder failed")).await;
    }
    let response = response?;
    delivery.done().await;
    response
}

async fn run(session: Arc<Session>, ready: ReadyCreate, number: u64) -> Result<Response, Problem> {
    let target = ready.shown.described();
    let before = session.creates_sent.fetch_add(1, Ordering::SeqCst);
    session.notice(&Notice::Creating { target, before });
    let asked = Instant::now();
    let (url, headers, body) = (ready.url.clone(), ready.headers.clone(), ready.body.clone());
    let answered = session.upstream.send(Method::POST, url, headers, body).await;
    match outcome(&answered) {
        Outcome::Accepted { prediction, id } => {
            // It is on disk before the list forgets that it is under way.
            begin(&session, &ready, &answered, (prediction, id.clone()), asked).await;
            session
                .change_ledger(move |ledger| match &id {
                    // It cannot be given to a later create, which would be paid for as well.
                    None if ledger.is_orphaned(number) => ledger.unknown(
                        number,
                        "it was accepted without an id, and recorded, but its client had gone",
                    ),
                    id => ledger.settle(number, id.as_deref()),
                })
                .await;
        }
        Outcome::Refused => session.change_ledger(move |ledger| ledger.settle(number, None)).await,
        Outcome::NotProcessed { why, again } => {
            session.change_ledger(move |ledger| ledger.settle(number, None)).await;
            return Err(not_processed(&why, again));
        }
        Outcome::Unknown(why) => {
            let (why, _) = Redaction::new(&session.keys, &|_| None).text(&why, Place::Elsewhere);
            let why: String = why.chars().take(SHOWN).collect();
            return Ok(unknown(&session, &ready, number, &why).await);
        }
    }
    match &answered {
        Ok(answer) => Ok(respond(&session, answer, &ready.below, asked)),
        Err(unanswered) => Err(no_response(unanswered)),
    }
}

/// Begins to record an accepted create.
async fn begin(
    session: &Arc<Session>,
    ready: &ReadyCreate,
    answered: &Result<UpstreamResponse, NoResponse>,
    (prediction, id): (Map<String, Value>, Option<String>),
    asked: Instant,
) {
    let status = answered.as_ref().map_or(StatusCode::CREATED, |answer| answer.status);
    let after = asked.elapsed().as_secs_f64();
    let response = RecordedResponse { status: status.as_u16(), after_seconds: micros(after) };
    let origin = session.upstream.origin();
    let mut draft = Draft::new(ready.sent_at.clone(), origin, ready.request.clone(), response);
    draft.webhook = ready.webhook;
    draft.observe(&prediction, after);
    if let Some(id) = id.as_deref().filter(|id| !session.remember_id(id)) {
        session.trouble(format!("the gateway answers a create with prediction {id} once more"));
    }
    predictions::track(session, id, draft, asked).await;
}

/// Looks for a create of unknown outcome at once, and refuses it if it is not found.
async fn unknown(session: &Arc<Session>, ready: &ReadyCreate, number: u64, why: &str) -> Response {
    let kept = why.to_owned();
    session.change_ledger(move |ledger| ledger.unknown(number, &kept)).await;
    let create = Unsettled {
        number,
        sent_at: ready.sent_at.clone(),
        key: ready.key.clone(),
        request: ready.shown.clone(),
        state: crate::recorder::ledger::Standing::Unknown(why.to_owned()),
    };
    let search = recover(session, &create, true).await;
    if let Search::Found(prediction) = search {
        return created(session, &Value::Object(prediction));
    }
    let detail = detail(session, &create, &search);
    session.notice(&Notice::Unknown { number, detail: detail.clone() });
    search_later(session, create);
    refusal(&detail)
}

/// Answers a create with the prediction of an earlier equal one, whose client never got it. It was paid
/// for: unless this client gets it, it stays for a later one.
async fn found(session: &Arc<Session>, number: u64, id: &str) -> Result<Response, Problem> {
    let delivery = ResponseGuard::of(session, number);
    let path = fill(routes::GET_PREDICTION.path, &[&segment(id)]);
    let answer = session.upstream.get(&path).await;
    let answer = answer.map_err(|unanswered| not_processed(&unanswered.why, true))?;
    if answer.status == StatusCode::NOT_FOUND {
        let why = format!(
            "prediction {id} of an equal create of unknown outcome is not found at the gateway; if it \
             is gone for good, allow another one: curl -X DELETE {}{UNKNOWN_CREATES}/{number}",
            session.origin
        );
        return Err(not_processed(&why, false));
    }
    let value = json::parse(&answer.body).unwrap_or_default();
    let is_it = |prediction: &Map<String, Value>| prediction.get("id") == Some(&id.into());
    if !answer.status.is_success() || !prediction_in(&value).is_some_and(is_it) {
        let status = answer.status;
        let why = format!("prediction {id} of an equal create cannot be read: HTTP {status}");
        return Err(not_processed(&why, true));
    }
    let response = created(session, &value);
    delivery.done().await;
    Ok(response)
}

/// A prediction as the response to a create.
fn created(session: &Session, prediction: &Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = prediction.to_string().into();
    let answer = UpstreamResponse { status: StatusCode::CREATED, headers, body };
    respond(session, &answer, "", Instant::now())
}
