//! The emulator's behaviour, as a caller sees it: through its router, on a paused clock.

#![allow(clippy::disallowed_methods, reason = "a caller from outside, not through the seam")]

mod bounds;
mod cancel_after;
mod faults;
mod files;
mod in_memory;
mod layers;
mod lifecycle;
mod listing;
mod models;
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
mod recorder_outputs;
mod recorder_relay;
mod recorder_rig;
mod recordings;
mod refusals;
mod replay;
mod replay_life;
mod retention;
mod rig;
mod socket;
mod streams;
mod timing;
mod webhooks;
