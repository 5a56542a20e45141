//! `generate` and `run`: input in, files out.

mod cancel;
mod deadline;
mod job;
mod report;
pub(crate) mod run;
