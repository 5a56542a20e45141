//! How far the webhook of a prediction is: kept, so that a restart goes on from there.

use super::worker::{PendingDelivery, Reported, Worker};
use crate::delivery::DeliveryState;
use crate::model::lifecycle::Snapshot;
use crate::state::Shared;
use crate::state::predictions::NewPrediction;
use crate::store::{Change, JsonRow, Table};
use bytes::Bytes;
use quickrouter_api::types::WebhookEvent;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::Instant;

/// How far a worker is.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct Progress {
    count: u64,
    started: bool,
    over: bool,
    ran: Duration,
    parts: usize,
    pending: Vec<PendingRow>,
}

/// A delivery to be sent.
#[derive(Debug, Deserialize, Serialize)]
struct PendingRow {
    number: u64,
    id: String,
    event: WebhookEvent,
    snapshot: Snapshot,
    failures: usize,
    duplicate: bool,
}

/// Adds to a create that its webhook is at the beginning, if it has one.
pub(crate) fn begin(state: &Shared, new: &NewPrediction, change: Change) -> Change {
    if new.record.webhook.is_none() || state.webhooks.disabled {
        return change;
    }
    change.row(Table::Webhooks, new.number, JsonRow::new(Progress::default()))
}

impl Worker {
    pub(super) fn progress(&self) -> Progress {
        let pending = self.pending.iter().map(|pending| PendingRow {
            number: pending.number,
            id: pending.id.clone(),
            event: pending.event,
            snapshot: pending.snapshot.clone(),
            failures: pending.failures,
            duplicate: pending.duplicate,
        });
        Progress {
            count: self.count,
            started: self.reported.started,
            over: self.reported.over,
            ran: self.reported.ran,
            parts: self.reported.parts_sent,
            pending: pending.collect(),
        }
    }

    /// Goes on from there. What is to be sent is due at once.
    fn resume_from(&mut self, progress: Progress) {
        let Progress { count, started, over, ran, parts, pending } = progress;
        self.count = count;
        self.reported = Reported::before(started, over, ran, parts);
        self.skip_reported();
        let due = Instant::now();
        let pending = pending.into_iter().map(|row| {
            let PendingRow { number, id, event, snapshot, failures, duplicate } = row;
            PendingDelivery { number, id, event, snapshot, due, failures, duplicate }
        });
        self.pending = pending.collect();
    }
}

/// Spawns the workers whose predictions have deliveries to come. What cannot be sent any more is
/// given up: that of predictions whose data was removed. Does nothing outside of a runtime.
pub(crate) fn resume(state: &Shared, kept: Vec<(u64, Bytes)>) {
    if kept.is_empty() || state.webhooks.disabled || Handle::try_current().is_err() {
        return;
    }
    let (mut resumed, mut pending) = (HashSet::new(), HashSet::new());
    for (number, row) in kept {
        if let Some(worker) = resumed_worker(state, number, &row) {
            resumed.insert(worker.prediction().to_owned());
            pending.extend(worker.pending.iter().map(|pending| pending.number));
            tokio::spawn(worker.run());
        } else {
            state.journal.remove(Table::Webhooks, number);
        }
    }
    let mut deliveries = state.webhooks.deliveries();
    let open = deliveries.all().filter(|delivery| delivery.state == DeliveryState::Pending);
    let open = open.filter(|delivery| !pending.contains(&delivery.number));
    let lost: Vec<u64> = open.map(|delivery| delivery.number).collect();
    for number in lost {
        deliveries.update(number, |delivery| {
            // A worker that was not kept in time reports the event anew, by the same id.
            let anew = resumed.contains(&delivery.prediction_id);
            delivery.state = if anew { DeliveryState::Superseded } else { DeliveryState::GivenUp };
        });
    }
}

fn resumed_worker(state: &Shared, number: u64, row: &[u8]) -> Option<Worker> {
    let progress: Progress = serde_json::from_slice(row)
        .inspect_err(
            |error| tracing::warn!(number, %error, "the progress of a webhook is unreadable"),
        )
        .ok()?;
    let (bytes, record) = state.kept_record(number)?;
    // It had its share before the restart.
    let reservation = state.webhook_budget.reserve(bytes).ok();
    let mut worker = Worker::new(state, number, &record, reservation)?;
    worker.resume_from(progress);
    Some(worker)
}
