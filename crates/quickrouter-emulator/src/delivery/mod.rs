//! Sending to webhooks: messages are signed, sent and recorded.

mod log;
mod record;
mod row;
mod sender;
mod signature;

pub use record::{Delivery, DeliveryAttempt, DeliveryState};
pub(crate) use sender::{Message, Sender, WebhookOptions};
