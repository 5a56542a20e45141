//! What was delivered to webhooks, kept for tests and for the page, within bounds.

use crate::faults::WebhookFault;
use crate::wire::time::time;
use quickrouter_api::types::WebhookEvent;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::SystemTime;

/// How many deliveries are kept; then the oldest goes.
const MAX_COUNT: usize = 2_000;

/// A change that a webhook was to be told of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Which one, counted from 1.
    pub number: u64,
    /// The header `webhook-id`: the same in every attempt.
    pub webhook_id: String,
    /// What happened.
    pub event: WebhookEvent,
    /// The prediction that it happened to.
    pub prediction_id: String,
    /// Where it is sent.
    pub url: String,
    /// When it was noticed, by the emulator's clock.
    pub at: SystemTime,
    /// What became of it.
    pub state: DeliveryState,
    /// The fault that it has to bear.
    pub fault: Option<WebhookFault>,
    /// How it was sent, the first time first.
    pub attempts: Vec<DeliveryAttempt>,
}

impl Delivery {
    /// Whether it is signed with another secret than the gateway's.
    pub fn is_forged(&self) -> bool {
        self.fault == Some(WebhookFault::Forged)
    }

    pub(crate) fn json(&self) -> Value {
        let attempts = self.attempts.iter().map(|attempt| {
            json!({"at": time(attempt.at), "status": attempt.status, "error": attempt.error})
        });
        json!({
            "number": self.number,
            "webhook_id": self.webhook_id,
            "event": self.event,
            "prediction_id": self.prediction_id,
            "url": self.url,
            "at": time(self.at),
            "state": self.state.as_str(),
            "fault": self.fault,
            "attempts": attempts.collect::<Value>(),
        })
    }
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// It is still to be sent, for the first time or again.
    Pending,
    /// The receiver has answered with a 2xx status.
    Delivered,
    /// The last attempt has failed, too.
    GivenUp,
    /// It had failed, and a newer one of its kind took its place.
    Superseded,
    /// A fault has kept it from being sent.
    Lost,
}

impl DeliveryState {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
            Self::Superseded => "superseded",
            Self::Lost => "lost",
        }
    }
}

/// One attempt at a delivery.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeliveryAttempt {
    /// When it was sent, by the emulator's clock.
    pub at: SystemTime,
    /// The status of the answer; `None` when there was none.
    pub status: Option<u16>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// The last deliveries.
#[derive(Debug, Default)]
pub(crate) struct DeliveryLog {
    count: u64,
    recent: VecDeque<Delivery>,
}

impl DeliveryLog {
    /// Keeps one more; answers its number.
    pub(crate) fn push(&mut self, mut delivery: Delivery) -> u64 {
        self.count += 1;
        delivery.number = self.count;
        self.recent.push_back(delivery);
        if self.recent.len() > MAX_COUNT {
            self.recent.pop_front();
        }
        self.count
    }

    /// Notes something on the one of this number, where it is still recent.
    pub(crate) fn update(&mut self, number: u64, update: impl FnOnce(&mut Delivery)) {
        let first = self.recent.front().map_or(0, |delivery| delivery.number);
        let index = number.checked_sub(first).and_then(|index| usize::try_from(index).ok());
        if let Some(delivery) = index.and_then(|index| self.recent.get_mut(index)) {
            update(delivery);
        }
    }

    /// Those that are kept, the oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Delivery> {
        self.recent.iter()
    }
}
