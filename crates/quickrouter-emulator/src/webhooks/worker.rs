//! Following one prediction for its webhook: what is new is noticed when it happens, sent in its
//! order, and sent again where it has failed.

use crate::delivery::{Delivery, DeliveryAttempt, DeliveryState, Letter};
use crate::faults::WebhookFault;
use crate::http::origin::Origin;
use crate::http::prediction_json;
use crate::model::lifecycle::Moment;
use crate::model::logs::Lines;
use crate::model::rng::Numbers;
use crate::state::Shared;
use crate::state::predictions::{Record, Webhook};
use quickrouter_api::types::WebhookEvent;
use quickrouter_api::{Status, limits};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep_until};

/// How long it is waited after each failure; after one more it is given up, about a minute after the
/// first. It is not scaled: it is the receiver's time.
const BACK_OFF: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(16),
    Duration::from_secs(32),
];
/// The shortest time between two deliveries of logs. Not scaled either.
const INTERVAL: Duration = Duration::from_millis(limits::WEBHOOK_INTERVAL_MILLISECONDS);

/// Follows a prediction that was just made, if its create has asked for it and there is something to
/// send with.
pub(crate) fn follow(state: &Shared, record: &Arc<Record>, place: Option<OwnedSemaphorePermit>) {
    let Some(webhook) = record.webhook.clone().filter(|_| !state.webhooks.silent) else { return };
    let follower = Follower {
        origin: Origin::unasked(state),
        lines: Lines::new(&record.life.plan),
        state: Arc::clone(state),
        record: Arc::clone(record),
        webhook,
        noticed: Noticed::default(),
        pending: Vec::new(),
        count: 0,
        _place: place,
    };
    tokio::spawn(follower.run());
}

struct Follower {
    state: Shared,
    record: Arc<Record>,
    webhook: Webhook,
    origin: Origin,
    lines: Lines,
    noticed: Noticed,
    /// What is to be sent, the older first. At most one of each kind waits to be sent again.
    pending: Vec<Pending>,
    count: u64,
    /// Its room, given back with it.
    _place: Option<OwnedSemaphorePermit>,
}

/// What was seen of the prediction.
#[derive(Default)]
struct Noticed {
    started: bool,
    over: bool,
    /// Whether there are logs that were not sent.
    logs: bool,
    logs_sent: Option<Instant>,
}

/// What is to be sent, with all that its body is made of: the body itself may be large.
struct Pending {
    number: u64,
    id: String,
    event: WebhookEvent,
    moment: Moment,
    due: Instant,
    failures: usize,
    /// Whether it has arrived, and goes out a second time on purpose.
    again: bool,
}

impl Follower {
    async fn run(mut self) {
        let state = Arc::clone(&self.state);
        loop {
            // Made before the look, so that no cancel falls between the two.
            let canceled = state.canceled.notified();
            let now = state.look(&mut self.record);
            self.notice(&self.record.at(now), now);
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
            let Some(wake) = self.wakes(now) else { return };
            tokio::select! {
                biased;
                () = state.closed() => return,
                () = canceled => {}
                () = sleep_until(wake) => {}
            }
        }
    }

    fn wants(&self, event: WebhookEvent) -> bool {
        self.webhook.events.is_empty() || self.webhook.events.contains(&event)
    }

    /// Which of what is due comes first.
    fn next(&self, now: Instant) -> Option<usize> {
        let due = self.pending.iter().enumerate().filter(|(_, pending)| pending.due <= now);
        due.min_by_key(|(_, pending)| pending.due).map(|(index, _)| index)
    }

    /// When there is something to do next; none when all is done.
    fn wakes(&self, now: SystemTime) -> Option<Instant> {
        let line = self.lines.next_at().filter(|_| self.wants(WebhookEvent::Logs));
        let change = self.record.life.changes_after(now, line);
        let change = change.and_then(|at| at.duration_since(now).ok());
        let change = change.map(|left| Instant::now() + left);
        let logs = self.noticed.logs_sent.filter(|_| self.noticed.logs);
        let logs = logs.map(|sent| sent + INTERVAL);
        let again = self.pending.iter().map(|pending| pending.due).min();
        [change, logs, again].into_iter().flatten().min()
    }

    fn notice(&mut self, moment: &Moment, now: SystemTime) {
        // What is over is told as it was at its end, before anything of it was removed.
        let end = moment.completed_at.map(|end| self.record.at(end));
        let moment = end.as_ref().unwrap_or(moment);
        let under_way = Moment { status: Status::Processing, completed_at: None, ..moment.clone() };
        if moment.started_at.is_some() && !self.noticed.started {
            self.noticed.started = true;
            let ran = Duration::ZERO;
            self.tell(WebhookEvent::Start, Moment { ran, ..under_way.clone() }, now);
        }
        if moment.started_at.is_some() && self.wants(WebhookEvent::Logs) {
            while self.lines.by(&self.record.life.plan, moment.ran).is_some() {
                self.noticed.logs = true;
            }
            let rested = self.noticed.logs_sent.is_none_or(|sent| sent.elapsed() >= INTERVAL);
            if self.noticed.logs && rested {
                self.noticed.logs = false;
                self.noticed.logs_sent = Some(Instant::now());
                self.tell(WebhookEvent::Logs, under_way.clone(), now);
            }
        }
        if moment.is_terminal() && !self.noticed.over {
            self.noticed.over = true;
            if moment.status == Status::Succeeded && self.record.outputs().next().is_some() {
                self.tell(WebhookEvent::Output, under_way, now);
            }
            self.tell(WebhookEvent::Completed, moment.clone(), now);
            // It has all of the logs.
            self.noticed.logs &= !self.wants(WebhookEvent::Completed);
        }
    }

    /// Puts a change on its way, unless nobody wants to hear of it.
    fn tell(&mut self, event: WebhookEvent, moment: Moment, at: SystemTime) {
        if !self.wants(event) {
            return;
        }
        self.count += 1;
        let of = format!("{}/{}", self.record.id, self.count);
        let id = format!("msg_{}", Numbers::from_bytes(of.as_bytes()).letters(27));
        let lost = self.webhook.fault == Some(WebhookFault::Lost);
        let number = self.state.webhooks.deliveries().keep(Delivery {
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
        self.state.changed();
        if lost {
            return;
        }
        if let Some(older) = self.pending.iter().position(|pending| pending.event == event) {
            let older = self.pending.remove(older);
            self.note(older.number, |delivery| {
                if delivery.state == DeliveryState::Pending {
                    delivery.state = DeliveryState::Moot;
                }
            });
        }
        let due = Instant::now();
        let pending = Pending { number, id, event, moment, due, failures: 0, again: false };
        self.pending.push(pending);
    }

    fn note(&self, number: u64, note: impl FnOnce(&mut Delivery)) {
        self.state.webhooks.deliveries().note(number, note);
        self.state.changed();
    }

    /// Sends it once, and puts it back where it has to be sent again.
    async fn attempt(&mut self, mut pending: Pending) {
        let turn = self.state.webhooks.turn().await;
        let at = self.state.now();
        let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let letter = Letter {
            url: &self.webhook.url,
            id: &pending.id,
            timestamp: since.as_secs(),
            body: self.body(&pending),
            forged: self.webhook.fault == Some(WebhookFault::Forged),
        };
        let (status, error) = match self.state.webhooks.send(letter, turn).await {
            Ok(status) => (Some(status), None),
            Err(error) => (None, Some(error)),
        };
        tracing::debug!(id = pending.id, event = %pending.event, status, error, "webhook sent");
        let arrived = status.is_some_and(|status| (200..300).contains(&status));
        let back_off = BACK_OFF.get(pending.failures);
        self.note(pending.number, |delivery| {
            delivery.attempts.push(DeliveryAttempt { at, status, error });
            if arrived {
                delivery.state = DeliveryState::Delivered;
            } else if back_off.is_none() && !pending.again {
                delivery.state = DeliveryState::GivenUp;
            }
        });
        let twice = self.webhook.fault == Some(WebhookFault::Duplicate) && !pending.again;
        match back_off {
            // Before what came later.
            _ if arrived && twice => {
                pending.again = true;
                self.pending.insert(0, pending);
            }
            Some(back_off) if !arrived && !pending.again => {
                pending.failures += 1;
                pending.due = Instant::now() + *back_off;
                self.pending.push(pending);
            }
            _ => {}
        }
    }

    /// The prediction as it was when this was noticed.
    fn body(&self, pending: &Pending) -> String {
        let outputs = match pending.event {
            WebhookEvent::Output => true,
            _ => pending.moment.status == Status::Succeeded,
        };
        let moment = pending.moment.clone();
        let shape = prediction_json::at_moment(&self.record, moment, outputs, &self.origin);
        serde_json::to_string(&shape).unwrap_or_default()
    }
}
