//! Local validation of inputs against the contract, before a request is sent.

pub(crate) mod address;
pub(crate) mod check;
pub(crate) mod finding;
pub(crate) mod json_schema;
pub(crate) mod schema;
pub(crate) mod texts;
pub(crate) mod warnings;
