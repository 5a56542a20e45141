//! QuickRouter's Replicate API on your own machine: no key, no network, no bill.
//!
//! An [`Emulator`] listens on a socket, speaks the contract's routes for creating, asking for,
//! listing and canceling predictions, for files and for models, checks inputs against the contract,
//! lets predictions live in time, and draws pictures that say they are none of a model's. A [`Gateway`] is
//! the same without a socket, and [`Memory`] puts it behind the SDK's transport seam, for tests on
//! tokio's paused clock.
//!
//! ```
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use quickrouter_emulator::Emulator;
//!
//! let emulator = Emulator::builder().time_scale(10.0).start().await?;
//! println!("base URL {}, key {}", emulator.base_url(), emulator.key());
//! emulator.stop().await?;
//! # Ok(())
//! # }
//! ```

mod auth;
mod broken;
mod builder;
mod cancel_after;
mod catalog;
mod check;
mod create;
mod delivery;
mod emulator;
mod entry;
mod error;
mod failure;
mod faults;
mod faults_route;
mod file_store;
mod files;
mod gateway;
mod history;
mod inline_files;
mod json;
mod keys;
mod life;
mod line;
mod listen;
mod listing;
mod logs;
mod memory;
mod model_routes;
mod origin;
mod outputs;
mod pace;
mod page;
mod paging;
mod paths;
mod personality;
mod picture;
mod plan;
mod predictions;
mod prefer;
mod price;
mod problem;
mod rates;
mod room;
mod same_origin;
mod seeded;
mod shape;
mod sse;
mod state;
mod store;
mod streams;
mod throttle;
mod time;
mod watch;
mod webhook_routes;
mod webhooks;
mod whole_body;

pub use builder::EmulatorBuilder;
pub use check::{Violation, check};
pub use delivery::{Delivery, DeliveryAttempt, DeliveryState};
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Answer, Body, Effect, Fault, Faults, Nth, On, WebhookFault};
pub use gateway::Gateway;
pub use history::Exchange;
pub use memory::Memory;
pub use paths::Side;
pub use personality::Personality;
pub use problem::ErrorForm;
pub use rates::RateLimits;

/// The README's example is compiled along with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
