//! Looks for the prediction of a create of unknown outcome in the gateway's list.

use crate::recorder::ledger::Unsettled;
use crate::recorder::notice::Notice;
use crate::recorder::predictions;
use crate::recorder::session::Session;
use crate::recorder::upstream::UpstreamResponse;
use crate::recording::draft::Draft;
use crate::recording::format::{RecordedRequest, RecordedResponse};
use crate::recording::key::Target;
use crate::wire::json;
use http::{StatusCode, header};
use jiff::Timestamp;
use quickrouter_api::routes;
use reqwest::Url;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Where the list is.
const LISTING: &str = routes::LIST_PREDICTIONS.path;
/// How many pages of the list are read.
const MAX_PAGES: usize = 5;
/// The gateway's `Date` has whole seconds, and its answer took time to arrive.
const SLACK: Duration = Duration::from_secs(2);
/// A create is accepted within this time of being sent, or not at all: longer than any documented
/// time-out of a proxy.
const ACCEPTED_WITHIN: Duration = Duration::from_secs(600);
/// When to look again, after the create failed.
const LOOKS: [u64; 3] = [10, 60, 300];

/// What the gateway's list says about a create.
#[derive(Debug)]
pub(super) enum Search {
    Found(Map<String, Value>),
    Nothing,
    /// An equal create is on its way, whose it may be.
    EqualInFlight,
    /// Several fit: their ids.
    Several(Vec<String>),
    /// The list cannot be read.
    Unlisted(String),
}

/// Looks for a create. If exactly one prediction fits, it is recorded, and goes to the create's own
/// client if that `waits`, or else to the next equal create. Returns its state.
pub(super) async fn recover(session: &Arc<Session>, create: &Unsettled, waits: bool) -> Search {
    let search = search(session, create).await;
    let Search::Found(prediction) = &search else { return search };
    let id = prediction.get("id").and_then(Value::as_str).unwrap_or_default();
    if session.ledger.has_equal_in_flight(create) {
        return Search::EqualInFlight;
    }
    // Another search may have taken it meanwhile.
    if !session.remember_id(id) {
        return Search::Nothing;
    }
    // It goes on if the client goes.
    let taken = take(Arc::clone(session), create.clone(), prediction.clone(), waits);
    if session.tasks.spawn(taken).await.is_err() {
        session.trouble(format!("prediction {id} was found, and could not be recorded"));
    }
    search
}

/// Notes that the prediction of a create was found, and records it.
async fn take(
    session: Arc<Session>,
    create: Unsettled,
    prediction: Map<String, Value>,
    waits: bool,
) {
    let id = prediction.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (number, found) = (create.number, id.clone());
    let noted =
        session.with_ledger(move |ledger| Ok(ledger.recovered(number, &found, waits))).await;
    let (news, saved) = noted.unwrap_or_else(|error| (false, Err(error)));
    session.kept(saved);
    // Or else somebody has allowed it.
    if news {
        adopt(&session, &create, &prediction, &id).await;
        session.notice(&Notice::Recovered { number, prediction: id });
    }
}

/// Looks again later, for a client that does not come back: its outputs are kept for a while only.
pub(super) fn search_later(session: &Arc<Session>, create: Unsettled) {
    let session = Arc::clone(session);
    session.tasks.clone().spawn(async move {
        for after in LOOKS {
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs(after)) => {}
                () = session.closing.cancelled() => return,
            }
            let mut open = session.ledger.all().into_iter();
            let open = open.any(|other| other.number == create.number);
            if !open || matches!(recover(&session, &create, false).await, Search::Found(_)) {
                return;
            }
        }
    });
}

async fn adopt(session: &Arc<Session>, create: &Unsettled, found: &Map<String, Value>, id: &str) {
    let input = found.get("input").and_then(Value::as_object).cloned().unwrap_or_default();
    let request = RecordedRequest { input, ..create.request.clone() };
    let since = since(session.clock.now(), &create.sent_at);
    // Nobody saw the response; this is what it would have been.
    let status = StatusCode::CREATED.as_u16();
    let response = RecordedResponse { status, after_seconds: 0.0 };
    let origin = session.upstream.origin();
    let mut draft = Draft::new(create.sent_at.clone(), origin, request, response);
    draft.observe(found, predictions::observed_after(found, since.as_secs_f64()));
    let now = Instant::now();
    let sent = now.checked_sub(since).unwrap_or(now);
    predictions::track(session, Some(id.to_owned()), draft, sent).await;
}

pub(super) fn since(now: SystemTime, time: &str) -> Duration {
    let time: Option<Timestamp> = time.parse().ok();
    let time = time.map(SystemTime::from);
    time.and_then(|time| now.duration_since(time).ok()).unwrap_or_default()
}

async fn search(session: &Session, create: &Unsettled) -> Search {
    let id = |prediction: &Map<String, Value>| {
        prediction.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let mut found: Vec<Map<String, Value>> = Vec::new();
    let mut below = LISTING.to_owned();
    for _ in 0..MAX_PAGES {
        let answer = match session.upstream.get(&below).await {
            Ok(answer) if answer.status.is_success() => answer,
            Ok(answer) => return Search::Unlisted(format!("HTTP {}", answer.status)),
            Err(unanswered) => return Search::Unlisted(unanswered.why),
        };
        let page = json::parse(&answer.body).unwrap_or_default();
        let Some(results) = page.get("results").and_then(Value::as_array) else {
            return Search::Unlisted("it has no results".to_owned());
        };
        let window = CreationWindow::of(session, create, &answer);
        let mut older = false;
        for prediction in results.iter().filter_map(Value::as_object) {
            match window.place(prediction) {
                Some(Ordering::Less) => older = true,
                // A gateway that ignores the cursor answers the same page again.
                Some(Ordering::Equal)
                    if fits(session, create, prediction)
                        && !found.iter().any(|other| id(other) == id(prediction)) =>
                {
                    found.push(prediction.clone());
                }
                _ => {}
            }
        }
        // Newest first: what follows is older still.
        let next = page.get("next").and_then(Value::as_str);
        match next.filter(|_| !older).and_then(|next| query_of(session, next)) {
            Some(query) => below = format!("{LISTING}?{query}"),
            None => break,
        }
    }
    match found.len() {
        0 => Search::Nothing,
        1 => Search::Found(found.remove(0)),
        _ => Search::Several(found.iter().map(id).collect()),
    }
}

/// The query of the next page; its address may be another one's.
fn query_of(session: &Session, next: &str) -> Option<String> {
    let base = Url::parse(session.upstream.base()).ok()?;
    let url = Url::options().base_url(Some(&base)).parse(next).ok()?;
    url.query().map(str::to_owned)
}

/// When the prediction of a create was made, by the gateway's clock.
struct CreationWindow {
    start: SystemTime,
    end: SystemTime,
}

impl CreationWindow {
    fn of(session: &Session, create: &Unsettled, answer: &UpstreamResponse) -> Self {
        let now = session.clock.now();
        let ago = since(now, &create.sent_at);
        let date = answer.headers.get(header::DATE).and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or(now);
        let start = date.checked_sub(ago + SLACK).unwrap_or(SystemTime::UNIX_EPOCH);
        Self { start, end: start + ACCEPTED_WITHIN }
    }

    /// When a prediction was made: before it, in it, or after it.
    fn place(&self, prediction: &Map<String, Value>) -> Option<Ordering> {
        let created: Timestamp = prediction.get("created_at")?.as_str()?.parse().ok()?;
        let created = SystemTime::from(created);
        Some(match created {
            _ if created < self.start => Ordering::Less,
            _ if created <= self.end => Ordering::Equal,
            _ => Ordering::Greater,
        })
    }
}

/// Whether a prediction could be that of a create: the same input, not known to be another's, and not
/// of another model.
fn fits(session: &Session, create: &Unsettled, prediction: &Map<String, Value>) -> bool {
    let text = |name: &str| prediction.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some(input) = prediction.get("input").and_then(Value::as_object) else { return false };
    let target = create.target();
    // A gateway may hide both; what it says may not contradict.
    let contradicts = |said: &str, asked: &str| !matches!(said, "" | "hidden") && said != asked;
    let other = match &target {
        Target::Version(version) => {
            contradicts(text("version"), version)
                && create
                    .request
                    .model
                    .as_deref()
                    .is_none_or(|model| contradicts(text("model"), model))
        }
        Target::Model(model) => contradicts(text("model"), model),
        Target::Deployment(name) => contradicts(text("deployment"), name),
    };
    !text("id").is_empty()
        && !session.knows_id(text("id"))
        && !other
        && target.key(&session.canonical(input)) == create.key
}
