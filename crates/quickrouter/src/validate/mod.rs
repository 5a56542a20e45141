//! The local check: an input against the contract, before it costs.

pub(crate) mod address;
pub(crate) mod check;
pub(crate) mod finding;
pub(crate) mod schema;
pub(crate) mod texts;
pub(crate) mod warnings;
