//! State shared by the clones of a client.

pub(crate) mod context;
pub(crate) mod durations;
pub(crate) mod orphans;
pub(crate) mod registry;
