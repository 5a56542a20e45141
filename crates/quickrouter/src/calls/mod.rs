//! Logical API calls: create, recover, search, cancel, upload, stream, and the idempotent ones.

pub(crate) mod cancel;
pub(crate) mod create;
pub(crate) mod detach;
pub(crate) mod idempotent;
pub(crate) mod orphan;
pub(crate) mod pages;
pub(crate) mod raw;
pub(crate) mod recover;
pub(crate) mod search;
pub(crate) mod stream;
pub(crate) mod upload;
pub(crate) mod window;
