//! Waiting for a prediction: when to poll, by its stream, and what is reported on the way.

pub(crate) mod by_stream;
pub(crate) mod channel;
pub(crate) mod events;
pub(crate) mod poll;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod sse;
pub(crate) mod updates;
