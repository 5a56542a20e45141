//! Policies that a program sets: waiting, retries, rate limits.

pub(crate) mod deadline;
pub(crate) mod rate_limit;
pub(crate) mod retry;
pub(crate) mod wait;
