//! How the command ends: what failed, with which exit code, and interrupts.

pub(crate) mod codes;
pub(crate) mod failure;
pub(crate) mod interrupt;
