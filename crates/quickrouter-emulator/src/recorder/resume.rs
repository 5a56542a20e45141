//! What an earlier run left in the folder: it is named, and goes on.

use crate::recorder::ledger::Standing;
use crate::recorder::outcome::prediction_in;
use crate::recorder::predictions::{go_on, observed_after};
use crate::recorder::recover::{search_later, since};
use crate::recorder::session::Session;
use crate::recorder::tracked::Tracked;
use crate::recorder::urls::segment;
use crate::recording::draft::Draft;
use crate::recording::earlier::EarlierRun;
use crate::recording::format::Recording;
use crate::wire::json;
use crate::wire::paths::fill;
use quickrouter_api::routes;
use serde_json::{Map, Value};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// Predictions older than this are left alone: gateways delete outputs after an hour.
const RECENT: Duration = Duration::from_secs(24 * 3600);
/// Pauses before the attempts to read one, in seconds.
const PAUSES: [u64; 4] = [0, 2, 10, 60];

/// Names what an earlier run left, looks for its creates, and goes on with its predictions.
pub(super) fn resume(session: &Arc<Session>, earlier: EarlierRun) {
    for id in &earlier.ids {
        session.remember_id(id);
    }
    let runs = Handle::try_current().is_ok();
    for create in session.ledger.all() {
        let (number, target, at) = (create.number, create.request.described(), &create.sent_at);
        let how = match &create.state {
            Standing::Found(id) => format!("its prediction {id} goes to the next equal create"),
            Standing::Unknown(why) => format!("it is unknown what became of it: {why}"),
            Standing::InFlight => "it is on its way".to_owned(),
        };
        session.trouble(format!("create {number} ({target}, sent at {at}) is not settled; {how}"));
        if runs && matches!(create.state, Standing::Unknown(_)) {
            search_later(session, create);
        }
    }
    for (path, recording) in earlier.unfinished {
        let age = since(session.clock.now(), &recording.recorded_at);
        let id = recording.prediction.get("id").and_then(Value::as_str).map(str::to_owned);
        let Some(id) = id.filter(|_| runs && age < RECENT) else { continue };
        let session = Arc::clone(session);
        session
            .tasks
            .clone()
            .spawn(async move { go_on_with(&session, &id, path, recording).await });
    }
}

async fn go_on_with(session: &Arc<Session>, id: &str, path: PathBuf, recording: Recording) {
    let shown = path.display().to_string();
    let age = since(session.clock.now(), &recording.recorded_at);
    let prediction = match read(session, id).await {
        Ok(prediction) => prediction,
        Err(why) => {
            let why = format!("{shown} stays incomplete: prediction {id} cannot be read: {why}");
            return session.trouble(why);
        }
    };
    let mut draft = Draft::resumed(recording);
    draft.observe(&prediction, observed_after(&prediction, age.as_secs_f64()));
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let now = Instant::now();
    let sent = now.checked_sub(age).unwrap_or(now);
    go_on(session, Arc::new(Tracked::new(Some(id.to_owned()), (stem, path), draft, sent)));
}

async fn read(session: &Session, id: &str) -> Result<Map<String, Value>, String> {
    let path = fill(routes::GET_PREDICTION.path, &[&segment(id)]);
    let mut why = String::new();
    for pause in PAUSES {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(pause)) => {}
            () = session.closing.cancelled() => return Err("the recorder stops".to_owned()),
        }
        why = match session.upstream.get(&path).await {
            Ok(answer) if answer.status.is_success() => {
                let value = json::parse(&answer.body).unwrap_or_default();
                match prediction_in(&value).filter(|it| it.get("id") == Some(&id.into())) {
                    Some(it) if it.get("data_removed") == Some(&Value::Bool(true)) => {
                        return Err("its data is removed".to_owned());
                    }
                    Some(prediction) => return Ok(prediction.clone()),
                    None => "the response has no such prediction".to_owned(),
                }
            }
            Ok(answer) => format!("HTTP {}", answer.status),
            Err(unanswered) => unanswered.why,
        };
    }
    Err(why)
}
