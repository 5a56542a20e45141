//! Webhooks: a worker follows each prediction whose create asked for one.

mod progress;
mod worker;

pub(crate) use progress::{begin, resume};
pub(crate) use worker::spawn;
