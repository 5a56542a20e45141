//! Webhooks: who asked for it in a create is told when the prediction changes.

mod follow;

pub(crate) use follow::follow;
