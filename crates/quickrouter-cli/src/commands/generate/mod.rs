//! `generate` and `run`: create a prediction, wait for it, and save its outputs.

mod cancel;
mod deadline;
mod detach;
mod job;
mod references;
mod report;
pub(crate) mod run;
