//! Follows one prediction for its webhook: reports events as they happen, in order, and retries
//! the last one if its delivery fails.

use crate::delivery::{Delivery, DeliveryAttempt, DeliveryState, Message};
use crate::faults::WebhookFault;
use crate::http::origin::Origin;
use crate::http::prediction_json;
use crate::model::lifecycle::Snapshot;
use crate::model::logs::Lines;
use crate::model::rng::Rng;
use crate::state::Shared;
use crate::state::predictions::{Record, Webhook};
use crate::store::{JsonRow, Table};
use quickrouter_api::types::WebhookEvent;
use quickrouter_api::{Status, limits};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

/// Delays after each failure to report the end; after one more the delivery is given up, about a minute
/// after the first. Not scaled: it is the receiver's time. Other events are sent once. Source: Replicate's
/// "Receive webhooks", section "Retries": <https://replicate.com/docs/topics/webhooks/receive-webhook>.
const BACKOFF: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
];
/// Shortest time between two deliveries of logs, and of outputs so far. Not scaled either.
const INTERVAL: Duration = Duration::from_millis(limits::WEBHOOK_INTERVAL_MILLISECONDS);

/// Spawns a worker for a new prediction, if its create asked for a webhook and there is a
/// transport.
pub(crate) fn spawn(
    state: &Shared,
    number: u64,
    record: &Arc<Record>,
    reservation: Option<OwnedSemaphorePermit>,
) {
    if let Some(worker) = Worker::new(state, number, record, reservation) {
        tokio::spawn(worker.run());
    }
}

pub(super) struct Worker {
    state: Shared,
    /// The number of the prediction.
    number: u64,
    record: Arc<Record>,
    webhook: Webhook,
    origin: Origin,
    lines: Lines,
    pub(super) reported: Reported,
    /// Deliveries to be sent, oldest first. Only that of the end waits to be sent again.
    pub(super) pending: Vec<PendingDelivery>,
    pub(super) count: u64,
    /// Whether what is kept of it is no longer so.
    changed: bool,
    /// Its memory, released with it.
    _reservation: Option<OwnedSemaphorePermit>,
}

/// What was reported of the prediction.
#[derive(Default)]
pub(super) struct Reported {
    pub(super) started: bool,
    pub(super) over: bool,
    /// The run time up to which its logs were reported.
    pub(super) ran: Duration,
    logs: Throttled,
    outputs: Throttled,
    /// How many parts of the output were seen.
    parts: usize,
    /// How many of them were reported.
    pub(super) parts_sent: usize,
}

/// What is reported at most once in an interval.
#[derive(Default)]
struct Throttled {
    /// Whether there is something that has not been sent.
    waits: bool,
    sent: Option<Instant>,
}

impl Throttled {
    /// Whether it is to be sent now.
    fn take(&mut self) -> bool {
        let rested = self.sent.is_none_or(|sent| sent.elapsed() >= INTERVAL);
        let due = self.waits && rested;
        if due {
            *self = Self { waits: false, sent: Some(Instant::now()) };
        }
        due
    }

    /// When it may be sent, if there is something.
    fn due(&self) -> Option<Instant> {
        self.sent.filter(|_| self.waits).map(|sent| sent + INTERVAL)
    }
}

impl Reported {
    /// What was reported before a restart.
    pub(super) fn before(started: bool, over: bool, ran: Duration, parts: usize) -> Self {
        Self { started, over, ran, parts, parts_sent: parts, ..Self::default() }
    }
}

/// A delivery to be sent, with what its body is made of: the body itself may be large.
pub(super) struct PendingDelivery {
    pub(super) number: u64,
    pub(super) id: String,
    pub(super) event: WebhookEvent,
    pub(super) snapshot: Snapshot,
    pub(super) due: Instant,
    pub(super) failures: usize,
    /// Whether it has arrived and is sent a second time on purpose.
    pub(super) duplicate: bool,
}

impl Worker {
    pub(super) fn new(
        state: &Shared,
        number: u64,
        record: &Arc<Record>,
        reservation: Option<OwnedSemaphorePermit>,
    ) -> Option<Self> {
        let webhook = record.webhook.clone().filter(|_| !state.webhooks.disabled)?;
        Some(Self {
            origin: Origin::configured(state),
            lines: Lines::new(&record.lifecycle.plan),
            state: Arc::clone(state),
            number,
            record: Arc::clone(record),
            webhook,
            reported: Reported::default(),
            pending: Vec::new(),
            count: 0,
            changed: false,
            _reservation: reservation,
        })
    }

    /// The id of its prediction.
    pub(super) fn prediction(&self) -> &str {
        &self.record.id
    }

    /// Leaves out the logs that were reported before.
    pub(super) fn skip_reported(&mut self) {
        while self.lines.up_to(&self.record.lifecycle.plan, self.reported.ran).is_some() {}
    }

    /// Keeps how far it is, if that has changed: all that was observed at once, or nothing of it.
    fn keep(&mut self) {
        if std::mem::take(&mut self.changed) && self.state.journal.keeps() {
            let progress = JsonRow::new(self.progress());
            self.state.journal.put(Table::Webhooks, self.number, progress);
        }
    }

    pub(super) async fn run(mut self) {
        let state = Arc::clone(&self.state);
        loop {
            // Created before the refresh, so that no cancel is missed in between.
            let canceled = state.canceled.notified();
            let now = state.refresh(&mut self.record);
            self.observe(&self.record.at(now), now);
            self.keep();
            let sent = async {
                let next = self.next(Instant::now())?;
                let pending = self.pending.remove(next);
                self.attempt(pending).await;
                Some(())
            };
            tokio::select! {
                biased;
                () = state.closed() => return,
                sent = sent => if sent.is_some() { continue },
            }
            let Some(wake) = self.next_wake(now) else {
                self.state.journal.remove(Table::Webhooks, self.number);
                return;
            };
            tokio::select! {
                biased;
                () = state.closed() => return,
                () = canceled => {}
                () = sleep_until(wake) => {}
            }
        }
    }

    pub(super) fn wants(&self, event: WebhookEvent) -> bool {
        self.webhook.events.is_empty() || self.webhook.events.contains(&event)
    }

    /// The delivery that is due first.
    fn next(&self, now: Instant) -> Option<usize> {
        let due = self.pending.iter().enumerate().filter(|(_, pending)| pending.due <= now);
        due.min_by_key(|(_, pending)| pending.due).map(|(index, _)| index)
    }

    /// When to wake up next; `None` when all is done.
    fn next_wake(&self, now: SystemTime) -> Option<Instant> {
        let line = self.lines.next_at().filter(|_| self.wants(WebhookEvent::Logs));
        let part = self.record.lifecycle.plan.outputs.next_at(self.record.at(now).ran);
        let part = part.filter(|_| self.wants(WebhookEvent::Output));
        let next = [line, part].into_iter().flatten().min();
        let change = self.record.lifecycle.next_change(now, next);
        let change = change.and_then(|at| at.duration_since(now).ok());
        let change = change.map(|left| Instant::now() + left);
        let throttled = [self.reported.logs.due(), self.reported.outputs.due()];
        let again = self.pending.iter().map(|pending| pending.due).min();
        [change, again].into_iter().chain(throttled).flatten().min()
    }

    fn observe(&mut self, snapshot: &Snapshot, now: SystemTime) {
        // A terminal prediction is reported as of its end, before its data was removed.
        let end = snapshot.completed_at.map(|end| self.record.at(end));
        let snapshot = end.as_ref().unwrap_or(snapshot);
        let under_way =
            Snapshot { status: Status::Processing, completed_at: None, ..snapshot.clone() };
        if snapshot.started_at.is_some() && !self.reported.started {
            self.reported.started = true;
            let ran = Duration::ZERO;
            self.enqueue(WebhookEvent::Start, Snapshot { ran, ..under_way.clone() }, now);
        }
        if snapshot.started_at.is_some() && self.wants(WebhookEvent::Logs) {
            while self.lines.up_to(&self.record.lifecycle.plan, snapshot.ran).is_some() {
                self.reported.logs.waits = true;
            }
            if self.reported.logs.take() {
                self.reported.ran = snapshot.ran;
                self.enqueue(WebhookEvent::Logs, under_way.clone(), now);
            }
        }
        let parts = self.record.parts_at(snapshot).len();
        let is_new = parts > self.reported.parts;
        self.reported.parts = parts;
        self.reported.outputs.waits |= is_new;
        if !snapshot.is_terminal() && self.reported.outputs.take() {
            self.reported.parts_sent = parts;
            self.enqueue(WebhookEvent::Output, under_way.clone(), now);
        }
        if snapshot.is_terminal() && !self.reported.over {
            self.reported.over = true;
            // Whatever is not reported yet, at once.
            if std::mem::take(&mut self.reported.outputs.waits) {
                self.reported.parts_sent = parts;
                self.enqueue(WebhookEvent::Output, under_way, now);
            }
            self.enqueue(WebhookEvent::Completed, snapshot.clone(), now);
            // The completed event has all logs.
            if self.wants(WebhookEvent::Completed) {
                self.reported.logs.waits = false;
                self.reported.ran = Duration::MAX;
                self.changed = true;
            }
        }
    }

    /// Enqueues a delivery if the webhook wants this event.
    fn enqueue(&mut self, event: WebhookEvent, snapshot: Snapshot, at: SystemTime) {
        if !self.wants(event) {
            return;
        }
        self.count += 1;
        let of = format!("{}/{}", self.record.id, self.count);
        let id = format!("msg_{}", Rng::from_bytes(of.as_bytes()).alphanumeric(27));
        let lost = self.webhook.fault == Some(WebhookFault::Lost);
        let number = self.state.webhooks.deliveries().push(Delivery {
            number: 0,
            webhook_id: id.clone(),
            event,
            prediction_id: self.record.id.to_string(),
            url: self.webhook.url.clone(),
            at,
            state: if lost { DeliveryState::Lost } else { DeliveryState::Pending },
            fault: self.webhook.fault,
            attempts: Vec::new(),
        });
        self.state.notify_changed();
        self.changed = true;
        if lost {
            return;
        }
        if let Some(older) = self.pending.iter().position(|pending| pending.event == event) {
            let older = self.pending.remove(older);
            self.update(older.number, |delivery| {
                if delivery.state == DeliveryState::Pending {
                    delivery.state = DeliveryState::Superseded;
                }
            });
        }
        let due = Instant::now();
        let pending =
            PendingDelivery { number, id, event, snapshot, due, failures: 0, duplicate: false };
        self.pending.push(pending);
    }

    fn update(&self, number: u64, update: impl FnOnce(&mut Delivery)) {
        self.state.webhooks.deliveries().update(number, update);
        self.state.notify_changed();
    }

    /// Sends a delivery once, and enqueues it again if necessary.
    async fn attempt(&mut self, mut pending: PendingDelivery) {
        // Kept before it is sent, so that it has the same id if it is sent again after a restart.
        if let Err(error) = self.state.journal.flush().written().await {
            tracing::warn!(why = &*error.why, "a delivery is sent that is not kept");
        }
        let permit = self.state.webhooks.permit().await;
        let at = self.state.now();
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let message = Message {
            url: &self.webhook.url,
            id: &pending.id,
            timestamp: since.as_secs(),
            body: self.body(&pending),
            forged: self.webhook.fault == Some(WebhookFault::Forged),
        };
        let (status, error) = match self.state.webhooks.send(message, permit).await {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error)),
        };
        tracing::debug!(id = pending.id, event = %pending.event, status, error, "webhook sent");
        let arrived = status.is_some_and(|status| (200..300).contains(&status));
        let terminal = pending.event == WebhookEvent::Completed;
        let backoff = BACKOFF.get(pending.failures).filter(|_| terminal);
        self.update(pending.number, |delivery| {
            delivery.attempts.push(DeliveryAttempt { at, status, error });
            if arrived {
                delivery.state = DeliveryState::Delivered;
            } else if backoff.is_none() && !pending.duplicate {
                delivery.state = DeliveryState::GivenUp;
            }
        });
        let twice = self.webhook.fault == Some(WebhookFault::Duplicate) && !pending.duplicate;
        match backoff {
            // Ahead of later ones.
            _ if arrived && twice => {
                pending.duplicate = true;
                self.pending.insert(0, pending);
            }
            Some(backoff) if !arrived && !pending.duplicate => {
                pending.failures += 1;
                pending.due = Instant::now() + *backoff;
                self.pending.push(pending);
            }
            _ => {}
        }
        self.changed = true;
        self.keep();
    }

    /// The prediction as of the event.
    fn body(&self, pending: &PendingDelivery) -> String {
        let outputs = match pending.event {
            // The last one has all, though the prediction is told as under way.
            WebhookEvent::Output => pending.snapshot.complete,
            _ => pending.snapshot.has_all(),
        };
        let snapshot = &pending.snapshot;
        let json = prediction_json::at_snapshot(&self.record, snapshot, outputs, &self.origin);
        serde_json::to_string(&json).unwrap_or_default()
    }
}
