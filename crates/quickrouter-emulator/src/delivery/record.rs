//! What was delivered to webhooks.

use crate::faults::WebhookFault;
use crate::wire::time::time;
use quickrouter_api::types::WebhookEvent;
use serde_json::{Value, json};
use std::time::SystemTime;

/// An event reported to a webhook.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// Its number, counted from 1.
    pub number: u64,
    /// The header `webhook-id`: the same in every attempt.
    pub webhook_id: String,
    /// What happened.
    pub event: WebhookEvent,
    /// The prediction that it happened to.
    pub prediction_id: String,
    /// Where it is sent.
    pub url: String,
    /// When it happened, by the emulator's clock.
    pub at: SystemTime,
    /// Where the delivery stands.
    pub state: DeliveryState,
    /// The fault that applies to it.
    pub fault: Option<WebhookFault>,
    /// The attempts to send it, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
}

impl Delivery {
    /// Whether it is signed with a secret other than the gateway's.
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

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryState {
    /// To be sent, for the first time or again.
    Pending,
    /// The receiver responded with a 2xx status.
    Delivered,
    /// All attempts failed: one, or, if it reports the end, several.
    GivenUp,
    /// A newer delivery of the same event replaced it before it was sent: the receiver was slow.
    Superseded,
    /// A fault kept it from being sent.
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
    /// The status of the response; `None` if there was none.
    pub status: Option<u16>,
    /// Why there was no response.
    pub error: Option<String>,
}
