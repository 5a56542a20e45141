//! Turns recorded HTTP exchanges into recordings of predictions.

use crate::error::Error;
use crate::recording::draft::{Draft, micros};
use crate::recording::format::{RecordedRequest, RecordedResponse, RecordedRoute};
use crate::recording::key::Target;
use crate::recording::redact::Redaction;
use crate::recording::scrub::{Place, scrub};
use crate::recording::write::{stem, write_recording};
use crate::wire::json;
use crate::wire::paths::parameters;
use jiff::Timestamp;
use quickrouter_api::{Status, routes};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

/// Largest file of exchanges, in bytes.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What became of a file of exchanges.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Import {
    /// The recordings that were written.
    pub written: Vec<PathBuf>,
    /// Those of them that cannot be replayed, and why.
    pub incomplete: Vec<String>,
    /// What is in no recording, and why.
    pub skipped: Vec<String>,
}

/// One exchange. Request headers are used for `Prefer` and `Cancel-After` only.
#[derive(Debug, Deserialize)]
struct RecordedExchange {
    method: String,
    uri: String,
    #[serde(default)]
    request_headers: HashMap<String, Vec<String>>,
    #[serde(default)]
    request_body: Value,
    status: u16,
    #[serde(default)]
    body: Value,
}

/// A prediction of the exchanges.
struct Recorded {
    id: String,
    draft: Draft,
    states: Vec<Map<String, Value>>,
}

/// Turns files of recorded HTTP exchanges into recordings in `folder`, which is created if it is not
/// there. A file has a JSON list of `{method, uri, request_headers, request_body, status, headers,
/// body}`, as tools that record HTTP exchanges write them. Each create that succeeded becomes a
/// recording, and the reads and cancels of its prediction, in this file or a later one, its life.
///
/// The exchanges have no times, so the times of the prediction itself (`created_at`, `started_at`,
/// `completed_at`) are used, with the reads spread evenly between them. Outputs stay the URLs that
/// they are: nothing is downloaded. Nothing is overwritten.
///
/// # Errors
/// [`Error::Recording`] if a file is not such a list, or a recording cannot be written.
pub fn import_exchanges(files: &[PathBuf], folder: &Path) -> Result<Import, Error> {
    let failed = |path: &Path, why: String| Error::Recording { path: path.to_owned(), why };
    let mut import = Import::default();
    let mut predictions: Vec<Recorded> = Vec::new();
    for file in files {
        for exchange in read(file).map_err(|why| failed(file, why))? {
            if let Err(why) = add(&mut predictions, &exchange) {
                let RecordedExchange { method, uri, status, .. } = exchange;
                let file = file.display();
                let uri = scrub(&uri, Place::Elsewhere, &mut BTreeSet::new());
                import.skipped.push(format!("{file}: {method} {uri} ({status}): {why}"));
            }
        }
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, error.to_string()))?;
    for recorded in predictions {
        let path = folder.join(format!("{}.json", recorded.stem()));
        write(recorded, &path, &mut import).map_err(|why| failed(&path, why))?;
    }
    Ok(import)
}

fn write(recorded: Recorded, path: &Path, import: &mut Import) -> Result<(), String> {
    let Recorded { id, mut draft, states } = recorded;
    let shown = path.display();
    if path.exists() {
        import.skipped.push(format!("prediction {id}: {shown} is there already"));
        return Ok(());
    }
    spread(&mut draft, &states);
    let ended = Status::from(draft.status()).is_terminal();
    let why = (!ended).then(|| format!("the exchanges end at the status {}", draft.status()));
    let incomplete: Vec<String> = why.into_iter().chain(draft.shortened()).collect();
    import.incomplete.extend(incomplete.iter().map(|why| format!("{shown}: {why}")));
    let recording = draft.recording(&[], incomplete, Redaction::new(&[], &|_| None));
    let unreadable = write_recording(path, &recording).map_err(|error| error.to_string())?;
    import.incomplete.extend(unreadable.map(|why| format!("{shown}: {why}")));
    import.written.push(path.to_owned());
    Ok(())
}

impl Recorded {
    fn stem(&self) -> String {
        let last = self.states.last();
        stem(&self.draft.request, last.and_then(|last| last.get("model")), &self.id)
    }
}

fn read(file: &Path) -> Result<Vec<RecordedExchange>, String> {
    let size = fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > MAX_BYTES {
        return Err(format!("it is larger than {MAX_BYTES} bytes"));
    }
    let text = fs::read(file).map_err(|error| error.to_string())?;
    let value = json::parse(&text).map_err(|error| format!("it is not JSON: {error}"))?;
    if !value.is_array() {
        return Err("it is not a list of exchanges".to_owned());
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| format!("{}: {}", error.path(), error.inner()))
}

/// Adds an exchange to the predictions.
fn add(predictions: &mut Vec<Recorded>, exchange: &RecordedExchange) -> Result<(), String> {
    if !(200..300).contains(&exchange.status) {
        return Err("it did not succeed".to_owned());
    }
    let Value::Object(body) = &exchange.body else {
        return Err("its response is no JSON object".to_owned());
    };
    let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
    if id.is_empty() || !body.get("status").is_some_and(Value::is_string) {
        return Err("its response is no prediction".to_owned());
    }
    let request = request(exchange);
    // A prediction that is created again was created by another run of the same program.
    if let Some(request) = request? {
        predictions.retain(|known| known.id != id || known.states.len() > 1);
        if predictions.iter().any(|known| known.id == id) {
            return Err(format!("prediction {id} was created before"));
        }
        let time = text(body, "created_at").to_owned();
        let origin = reqwest::Url::parse(&exchange.uri).map_err(|error| error.to_string())?;
        let origin = origin.origin().ascii_serialization();
        let response = RecordedResponse { status: exchange.status, after_seconds: 0.0 };
        let draft = Draft::new(time, origin, request, response);
        predictions.push(Recorded { id: id.to_owned(), draft, states: vec![body.clone()] });
        return Ok(());
    }
    let known = predictions.iter_mut().find(|known| known.id == id);
    known.ok_or("its prediction is created nowhere before")?.states.push(body.clone());
    Ok(())
}

/// The request of a create; `None` for other exchanges of predictions.
fn request(exchange: &RecordedExchange) -> Result<Option<RecordedRequest>, String> {
    let url = reqwest::Url::parse(&exchange.uri).map_err(|error| format!("uri: {error}"))?;
    if exchange.method != routes::CREATE_PREDICTION.method {
        return Ok(None);
    }
    let Some((route, model)) = create_route(url.path()) else { return Ok(None) };
    let body = match &exchange.request_body {
        Value::String(text) => json::parse(text.as_bytes()).unwrap_or_default(),
        other => other.clone(),
    };
    let header = |wanted: &str| {
        let mut all = exchange.request_headers.iter();
        let (_, values) = all.find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        values.first().cloned()
    };
    let request = RecordedRequest::of_create(route, model, &body)?;
    Ok(Some(RecordedRequest {
        prefer: header("prefer"),
        cancel_after: header("cancel-after"),
        ..request
    }))
}

/// The route of a create by the end of its path, and the model or deployment in it.
pub(crate) fn create_route(path: &str) -> Option<(RecordedRoute, Option<String>)> {
    let named = [
        (&routes::CREATE_MODEL_PREDICTION, RecordedRoute::Model),
        (&routes::CREATE_DEPLOYMENT_PREDICTION, RecordedRoute::Deployment),
    ];
    for (route, recorded) in named {
        if let Some(name) = parameters_at_end(route.path, path) {
            return Some((recorded, Some(name.join("/"))));
        }
    }
    let by_version = parameters_at_end(routes::CREATE_PREDICTION.path, path);
    by_version.map(|_| (RecordedRoute::Version, None))
}

/// The parameters of a route that `path` ends with.
fn parameters_at_end<'a>(route: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let segments = route.matches('/').count();
    let (start, _) = path.rmatch_indices('/').nth(segments.checked_sub(1)?)?;
    parameters(route, &path[start..])
}

impl RecordedRequest {
    /// The request of a create with this body.
    pub(crate) fn of_create(
        route: RecordedRoute,
        model: Option<String>,
        body: &Value,
    ) -> Result<Self, String> {
        let Some(Value::Object(input)) = body.get("input") else {
            return Err("input: must be a JSON object".to_owned());
        };
        let version = match (route, body.get("version")) {
            (RecordedRoute::Version, Some(Value::String(version))) => Some(version.as_str()),
            (RecordedRoute::Version, _) => return Err("version: must be a string".to_owned()),
            _ => None,
        };
        let named = version.and_then(|version| {
            let (model, _) = version.rsplit_once(':').unwrap_or((version, ""));
            model.contains('/').then(|| model.to_owned())
        });
        let version = version.and_then(|version| match Target::by_version(version) {
            Target::Version(id) => Some(id),
            _ => None,
        });
        Ok(Self {
            route,
            model: model.or(named),
            version,
            input: input.clone(),
            prefer: None,
            cancel_after: None,
        })
    }
}

/// Observes the states at times that follow from the last one's own.
fn spread(draft: &mut Draft, states: &[Map<String, Value>]) {
    let time = |name: &str| {
        let found = states.iter().rev().find_map(|state| text(state, name).parse().ok());
        found.map(|time: Timestamp| time.as_microsecond())
    };
    let created = time("created_at").unwrap_or_default();
    let since = |name: &str| {
        let micros = (time(name)? - created).max(0);
        Some(std::time::Duration::from_micros(micros.unsigned_abs()).as_secs_f64())
    };
    let started = since("started_at").unwrap_or(0.0);
    let completed = since("completed_at").unwrap_or(started).max(started);
    // Before the start, and from it to the end.
    let early = states.iter().take_while(|state| text(state, "started_at").is_empty()).count();
    let late = states.len() - early;
    for (index, state) in states.iter().enumerate() {
        let after = if index < early {
            started * share(index, early)
        } else {
            started + (completed - started) * share(index + 1 - early, late)
        };
        draft.observe(state, micros(after));
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of exchanges")]
fn share(part: usize, of: usize) -> f64 {
    part as f64 / of.max(1) as f64
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}
