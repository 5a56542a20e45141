//! Faults on request: which requests they apply to, and what they do. The command, a file, `PUT
//! /emulator/faults` and the library share one JSON form.

mod apply;
mod fault;
mod parse;
mod select;

pub(crate) use apply::{AppliedFaults, PredictionFaults};
#[cfg(feature = "page")]
pub(crate) use fault::CREATE;
pub use fault::{CannedBody, CannedResponse, Effect, Fault, Faults, Nth, Trigger, WebhookFault};
pub(crate) use select::FaultSelector;
