//! How patient a client is: policies that a program sets.

pub(crate) mod deadline;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod wait;
