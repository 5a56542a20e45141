//! QuickRouter's Replicate API on your own machine: no key, no network, no bill.
//!
//! An [`Emulator`] listens on a socket and speaks the whole contract: predictions, files, models,
//! streams and webhooks. It checks inputs against the contract, lets predictions run in time, and
//! draws pictures that are plainly marked as its own. A [`Gateway`] is the same without a socket, and
//! an [`InMemoryTransport`] puts it behind the SDK's transport seam, for tests on tokio's paused clock.
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
//!
//! # Layers
//!
//! Imports run downward only; `tests/it/layers.rs` fails on one that does not.
//!
//! ```text
//! builder                  configuration, start
//! emulator    in_memory    on sockets; behind the transport seam
//! gateway     recorder     the table of routes, both origins; passes on to a gateway and records
//! api         page         a file for each route family; the page for people (feature `page`)
//! webhooks                 a worker for each prediction
//! http                     what every request passes: body, key, origin, request log
//! state                    predictions, files, requests, rate limits; what is kept of them
//! delivery    server       sending and signing; sockets
//! faults                   parse, select, apply
//! media                    output files
//! recording                recorded predictions: the format, on disk and in memory
//! wire        picture      errors, JSON, events, paths; the PNG
//! store                    rows in a database that outlives the process (feature `state`)
//! model                    the catalog, and what a model does in time
//! error                    why a start fails
//! ```

mod api;
mod builder;
mod delivery;
mod emulator;
mod error;
mod faults;
mod gateway;
mod http;
mod in_memory;
mod media;
mod model;
#[cfg(feature = "page")]
mod page;
mod picture;
mod recorder;
mod recording;
mod server;
mod state;
mod store;
mod webhooks;
mod wire;

pub use builder::EmulatorBuilder;
pub use delivery::{Delivery, DeliveryAttempt, DeliveryState};
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{CannedBody, CannedResponse, Effect, Fault, Faults, Nth, Trigger, WebhookFault};
pub use gateway::Gateway;
pub use in_memory::InMemoryTransport;
pub use model::behavior::OutputKind;
pub use model::check::{Violation, check};
pub use model::definition::ModelDefinition;
pub use model::log_style::{LogShape, LogStyle};
pub use recorder::{Notice, Recorder, RecorderBuilder, RecordingGateway};
pub use recording::import::{Import, import_exchanges};
pub use state::personality::Personality;
pub use state::rate_limits::RateLimits;
pub use state::request_log::Exchange;
pub use wire::paths::Side;
pub use wire::problem::ErrorFormat;

/// The README's example is compiled along with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
