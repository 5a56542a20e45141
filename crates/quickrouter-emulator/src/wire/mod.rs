//! What goes over the wire: paths, JSON, errors, events, and responses that break off.

pub(crate) mod inline_files;
pub(crate) mod interruption;
pub(crate) mod json;
pub(crate) mod paths;
pub(crate) mod problem;
pub(crate) mod rate_limit;
pub(crate) mod sse;
pub(crate) mod time;
