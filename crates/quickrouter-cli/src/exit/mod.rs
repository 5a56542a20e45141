//! How the command ends: failures, exit codes and interrupts.

pub(crate) mod codes;
pub(crate) mod failure;
pub(crate) mod interrupt;
mod translate;
