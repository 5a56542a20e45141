//! Webhooks: a worker follows each prediction whose create asked for one.

mod worker;

pub(crate) use worker::spawn;
