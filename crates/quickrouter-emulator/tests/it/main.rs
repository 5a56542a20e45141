//! The emulator's behaviour, as a caller sees it: through its router, on a paused clock.

#![allow(clippy::disallowed_methods, reason = "a caller from outside, not through the seam")]

mod bounds;
mod cancel_after;
mod faults;
mod files;
mod keeping;
mod layers;
mod life;
mod listing;
mod memory;
mod models;
mod pace;
mod page;
mod page_live;
mod page_safety;
mod personality;
mod pictures;
mod prefer;
mod rates;
mod receiver;
mod refusals;
mod rig;
mod socket;
mod streams;
mod webhooks;
