//! What the clones of a client share.

pub(crate) mod context;
pub(crate) mod durations;
pub(crate) mod orphans;
pub(crate) mod registry;
