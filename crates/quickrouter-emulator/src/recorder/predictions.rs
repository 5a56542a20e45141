//! Follows predictions to their end, and writes their recordings.

use crate::recorder::notice::Notice;
use crate::recorder::outcome::{is_retryable_read, prediction_in};
use crate::recorder::outputs;
use crate::recorder::session::Session;
use crate::recorder::tracked::Tracked;
use crate::recorder::urls::segment;
use crate::recording::draft::{Draft, SavedFile, has_reserved_name};
use crate::recording::redact::Redaction;
use crate::recording::write::{stem, write_recording};
use crate::wire::json;
use crate::wire::paths::fill;
use jiff::Timestamp;
use quickrouter_api::{limits, routes};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Milliseconds between the polls of all predictions together: half of what the contract allows an
/// account.
const SHARE: u64 = 2 * 60_000 / limits::READS_PER_MINUTE;
/// How long predictions may wait before they start; a cold start takes minutes.
const QUEUE: Duration = Duration::from_secs(1800);

/// Begins to record a prediction, whose create was sent at `sent`. Returns when that is on disk.
pub(super) async fn track(session: &Arc<Session>, id: Option<String>, draft: Draft, sent: Instant) {
    // One without an id gets the time as its name.
    let name = id.clone().unwrap_or_else(|| draft.recorded_at.clone());
    let stem = session.own_stem(&stem(&draft.request, draft.field("model"), &name));
    let path = session.folder.join(format!("{stem}.json"));
    let tracked = Arc::new(Tracked::new(id, (stem, path), draft, sent));
    // It is on disk from the beginning, should the recorder be killed.
    let why = "the recorder ended before the prediction".to_owned();
    write(session, &tracked, Vec::new(), vec![why]).await;
    go_on(session, tracked);
}

/// How long after its create a prediction was as it is, if that is found out late: its own times say
/// when it ended.
pub(super) fn observed_after(prediction: &Map<String, Value>, elapsed: f64) -> f64 {
    let at = |name: &str| -> Option<Timestamp> { prediction.get(name)?.as_str()?.parse().ok() };
    let lived = at("created_at").zip(at("completed_at"));
    let lived = lived.map(|(created, completed)| completed.duration_since(created).as_secs_f64());
    lived.filter(|lived| *lived >= 0.0).map_or(elapsed, |lived| lived.min(elapsed))
}

/// Follows a prediction that is on disk to its end.
pub(super) fn go_on(session: &Arc<Session>, tracked: Arc<Tracked>) {
    if let Some(id) = &tracked.id {
        session.tracked().insert(id.clone(), Arc::clone(&tracked));
    }
    let session = Arc::clone(session);
    session.tasks.clone().spawn(async move {
        follow(&session, &tracked).await;
        finish(&session, &tracked).await;
        if let Some(id) = &tracked.id {
            let mut all = session.tracked();
            // A gateway may have used its id twice.
            if all.get(id).is_some_and(|other| Arc::ptr_eq(other, &tracked)) {
                all.remove(id);
            }
        }
    });
}

/// Polls until the prediction ends, the recorder stops, or it is hopeless.
async fn follow(session: &Session, tracked: &Tracked) {
    let Some(id) = &tracked.id else { return };
    let path = fill(routes::GET_PREDICTION.path, &[&segment(id)]);
    let longest = Duration::from_secs(limits::PREDICTION_HARD_STOP_SECONDS) + QUEUE;
    let mut stop_at: Option<Instant> = None;
    let mut failures = 0;
    while !tracked.is_over() && tracked.elapsed() < longest {
        let running = u64::try_from(session.tracked().len()).unwrap_or(u64::MAX);
        let pause = pause(tracked.elapsed(), failures, stop_at.is_some())
            .max(Duration::from_millis(running.saturating_mul(SHARE)));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = tracked.ended.notified() => return,
            () = session.closing.cancelled(), if stop_at.is_none() => {
                stop_at = Some(Instant::now() + session.grace);
            }
        }
        if stop_at.is_some_and(|at| Instant::now() >= at) {
            return;
        }
        let asked = Instant::now();
        match session.upstream.get(&path).await {
            Ok(answer) if answer.status.is_success() => {
                let value = json::parse(&answer.body).unwrap_or_default();
                let prediction = prediction_in(&value);
                match prediction
                    .filter(|prediction| prediction.get("id") == Some(&id.as_str().into()))
                {
                    Some(prediction) => {
                        failures = 0;
                        tracked.observe(prediction, asked);
                    }
                    None => failures += 1,
                }
            }
            Ok(answer) if is_retryable_read(answer.status) => failures += 1,
            // Such as a key that no longer works; it may again.
            Ok(_) => failures += 3,
            Err(_) => failures += 1,
        }
    }
}

/// The pause before the next poll: often at first, less often later, and less often after failures.
fn pause(elapsed: Duration, failures: u32, stopping: bool) -> Duration {
    let usual = match elapsed.as_secs() {
        _ if stopping => 500,
        0..30 => 500,
        30..120 => 1000,
        120..600 => 3000,
        _ => 10_000,
    };
    Duration::from_millis(usual * 2_u64.pow(failures.min(5))).min(Duration::from_secs(15))
}

/// Downloads the outputs, and writes the recording.
async fn finish(session: &Arc<Session>, tracked: &Arc<Tracked>) {
    let draft = tracked.draft();
    let mut incomplete: Vec<String> =
        tracked.unfinished().into_iter().chain(draft.shortened()).collect();
    let mut files = Vec::new();
    if let Some(output) = draft.output() {
        if has_reserved_name(output) {
            incomplete.push("its output has a name that the format reserves, $file".to_owned());
        } else {
            // Even if it has not ended: it is paid for, and gone in a while.
            let (saved, failed) = outputs::save(session, &tracked.stem, output).await;
            files = saved;
            incomplete.extend(failed);
        }
    }
    let number = files.len();
    if write(session, tracked, files, incomplete.clone()).await {
        let path = tracked.path.clone();
        session.notice(&if incomplete.is_empty() {
            Notice::Recorded { path, files: number }
        } else {
            Notice::Incomplete { path, why: incomplete }
        });
    }
}

/// Writes the recording as it stands. Returns whether that worked.
async fn write(
    session: &Arc<Session>,
    tracked: &Arc<Tracked>,
    files: Vec<SavedFile>,
    incomplete: Vec<String>,
) -> bool {
    let (session, tracked) = (Arc::clone(session), Arc::clone(tracked));
    let written = tokio::task::spawn_blocking(move || {
        let uploads = |text: &str| session.upload(text);
        let redaction = Redaction::new(&session.keys, &uploads);
        let recording = tracked.draft().recording(&files, incomplete, redaction);
        match write_recording(&tracked.path, &recording) {
            Ok(None) => true,
            Ok(Some(why)) => {
                session.trouble(format!("{} cannot be replayed: {why}", tracked.path.display()));
                false
            }
            Err(error) => {
                session.trouble(format!("{} cannot be written: {error}", tracked.path.display()));
                false
            }
        }
    });
    written.await.unwrap_or(false)
}
