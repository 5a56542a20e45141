//! What one gateway knows.

pub(crate) mod billing;
pub(crate) mod files;
pub(crate) mod kept;
pub(crate) mod keys;
pub(crate) mod memory_budget;
pub(crate) mod opening;
pub(crate) mod paging;
pub(crate) mod personality;
pub(crate) mod predictions;
pub(crate) mod price;
pub(crate) mod rate_limits;
pub(crate) mod replaying;
pub(crate) mod request_log;
pub(crate) mod totals;

#[cfg(feature = "state")]
mod reading;
mod record;
mod shared;

pub(crate) use shared::{Settings, Shared, State};
