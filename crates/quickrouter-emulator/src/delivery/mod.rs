//! Sending to webhooks: messages are signed, sent and remembered.

mod deliveries;
mod post;
mod sign;

pub use deliveries::{Delivery, DeliveryAttempt, DeliveryState};
pub(crate) use post::{Desk, Letter, Options};
