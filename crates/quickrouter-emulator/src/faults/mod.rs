//! Faults that were asked for: which requests they meet, and what they do. One form in JSON serves
//! the command, a file, `PUT /emulator/faults` and the library.

mod apply;
mod fault;
mod parse;
mod select;

pub(crate) use apply::{Met, Twist};
pub(crate) use fault::CREATE;
pub use fault::{Answer, Body, Effect, Fault, Faults, Nth, On, WebhookFault};
pub(crate) use select::Plotted;
