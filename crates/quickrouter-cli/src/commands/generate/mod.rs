//! `generate` and `run`: create a prediction, wait for it, and save its outputs.

mod cancel;
mod curl;
mod deadline;
mod dry_run;
mod job;
mod report;
mod request;
pub(crate) mod run;
