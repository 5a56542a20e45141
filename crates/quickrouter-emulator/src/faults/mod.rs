//! Faults that were asked for: which requests they meet, and what they do. One form in JSON serves
//! the command, a file, `PUT /emulator/faults` and the library.

mod apply;
mod fault;
mod parse;
mod select;

pub(crate) use apply::{AppliedFaults, PredictionFaults};
#[cfg(feature = "page")]
pub(crate) use fault::CREATE;
pub use fault::{CannedBody, CannedResponse, Effect, Fault, Faults, Nth, Trigger, WebhookFault};
pub(crate) use select::FaultSelector;
