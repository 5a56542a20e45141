//! Waiting for a prediction: by polling or by its event stream, with updates on the way.

pub(crate) mod by_stream;
pub(crate) mod channel;
pub(crate) mod events;
pub(crate) mod poll;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod sse;
pub(crate) mod updates;
