//! `generate` and `run`: create a prediction, wait for it, and save its outputs.

mod cancel;
mod curl;
mod deadline;
mod detach;
mod dry_run;
mod job;
mod references;
mod report;
mod request;
pub(crate) mod run;
