//! `generate` and `run`: create a prediction, wait for it, and save its outputs.

mod cancel;
mod deadline;
mod job;
mod report;
pub(crate) mod run;
