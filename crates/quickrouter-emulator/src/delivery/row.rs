//! The row of a delivery, for what outlives the process.

use super::record::{Delivery, DeliveryAttempt, DeliveryState};
use crate::faults::WebhookFault;
use crate::store::JsonRow;
use quickrouter_api::types::WebhookEvent;
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// A delivery as it is written.
#[derive(Deserialize, Serialize)]
pub(super) struct DeliveryRow {
    number: u64,
    webhook_id: String,
    event: WebhookEvent,
    prediction_id: String,
    url: String,
    at: SystemTime,
    state: StateRow,
    fault: Option<WebhookFault>,
    attempts: Vec<AttemptRow>,
}

#[derive(Deserialize, Serialize)]
#[serde(remote = "DeliveryState", rename_all = "snake_case")]
enum StateDef {
    Pending,
    Delivered,
    GivenUp,
    Superseded,
    Lost,
}

#[derive(Deserialize, Serialize)]
struct StateRow(#[serde(with = "StateDef")] DeliveryState);

#[derive(Deserialize, Serialize)]
struct AttemptRow {
    at: SystemTime,
    status: Option<u16>,
    error: Option<String>,
}

impl DeliveryRow {
    pub(super) fn json(delivery: &Delivery) -> JsonRow<Self> {
        let attempts = delivery.attempts.iter().cloned();
        JsonRow::new(Self {
            number: delivery.number,
            webhook_id: delivery.webhook_id.clone(),
            event: delivery.event,
            prediction_id: delivery.prediction_id.clone(),
            url: delivery.url.clone(),
            at: delivery.at,
            state: StateRow(delivery.state),
            fault: delivery.fault,
            attempts: attempts
                .map(|DeliveryAttempt { at, status, error }| AttemptRow { at, status, error })
                .collect(),
        })
    }
}

#[cfg(feature = "state")]
impl Delivery {
    /// Reads what was written.
    pub(crate) fn from_row(row: &[u8]) -> Result<Self, serde_json::Error> {
        let row: DeliveryRow = serde_json::from_slice(row)?;
        let attempts = row.attempts.into_iter();
        Ok(Self {
            number: row.number,
            webhook_id: row.webhook_id,
            event: row.event,
            prediction_id: row.prediction_id,
            url: row.url,
            at: row.at,
            state: row.state.0,
            fault: row.fault,
            attempts: attempts
                .map(|AttemptRow { at, status, error }| DeliveryAttempt { at, status, error })
                .collect(),
        })
    }
}
