//! The emulator's behaviour, as a caller sees it: through its router, on a paused clock.

#![allow(clippy::disallowed_methods, reason = "a caller from outside, not through the seam")]

mod account;
mod bounds;
mod cancel_after;
mod cors;
mod definitions;
mod faults;
mod files;
mod forwarded;
mod gateway_account;
mod in_memory;
mod layers;
mod lifecycle;
mod listing;
mod log_shapes;
mod models;
mod outputs;
#[cfg(feature = "page")]
mod page;
#[cfg(feature = "page")]
mod page_live;
#[cfg(feature = "page")]
mod page_safety;
mod personality;
mod pictures;
mod prefer;
mod rate_limits;
mod receiver;
mod recorder_creates;
mod recorder_folder;
mod recorder_outputs;
mod recorder_recovery;
mod recorder_relay;
mod recorder_rig;
mod recordings;
mod refusals;
mod replay;
mod replay_life;
mod retention;
mod rig;
mod schemas;
mod socket;
#[cfg(feature = "state")]
mod state;
#[cfg(feature = "state")]
mod state_deliveries;
mod streams;
mod text;
mod timing;
mod webhooks;
