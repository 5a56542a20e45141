//! Faults that were asked for: which requests they meet, and what they do. One form in JSON serves
//! the command, a file, `PUT /emulator/faults` and the library.

mod act;
mod choose;
mod fault;
mod parse;

pub(crate) use act::{Met, Twist};
pub(crate) use choose::Plotted;
pub(crate) use fault::CREATE;
pub use fault::{Answer, Body, Effect, Fault, Faults, Nth, On, WebhookFault};
