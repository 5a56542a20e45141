//! Webhooks: who asked for it in a create is told when the prediction changes.

mod deliveries;
mod follow;
mod post;
mod routes;
mod sign;

pub use deliveries::{Delivery, DeliveryAttempt, DeliveryState};
pub(crate) use follow::follow;
pub(crate) use post::{Desk, Settings};
pub(crate) use routes::{routes, secret};
