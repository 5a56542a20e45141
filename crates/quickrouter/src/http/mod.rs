//! One request: sent, retried as the table allows, and read.

pub(crate) mod attempted;
pub(crate) mod backoff;
pub(crate) mod error_body;
pub(crate) mod headers;
pub(crate) mod outcome;
pub(crate) mod response_error;
pub(crate) mod retry;
pub(crate) mod retry_table;
