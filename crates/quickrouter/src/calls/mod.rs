//! One logical API call each: create, recover, cancel, upload, and those that may be repeated.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod detach;
pub(crate) mod idempotent;
pub(crate) mod orphan;
pub(crate) mod recover;
pub(crate) mod stream;
pub(crate) mod upload;
