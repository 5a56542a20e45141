//! The low-level client of QuickRouter's Replicate API.
//!
//! Most programs want the `quickrouter` crate, which checks, waits, retries and saves. This one
//! holds what is generated from the contract (`openapi/quickrouter.yaml`) and the one place where
//! HTTP leaves:
//!
//! - [`Client`] and [`types`]: one method an operation, one type an input, by progenitor, but for
//!   `upload_file`, whose body is multipart;
//! - [`MODELS`], [`routes`], [`limits`], [`codes`], [`Status`], [`BASE_URL`]: the catalog;
//! - [`Transport`], [`Gate`] and [`Downloads`]: the seam. The gate puts the key on a request, for
//!   the base URL's own origin only, and keeps the time-out and the size limit of answers; a body
//!   that is read as it comes is opened there, too.
//!
//! Answers come as free JSON: who decodes them still has status and headers when decoding fails.

mod catalog;
mod client;
mod clock;
mod content_coding;
mod downloads;
mod gate;
mod network;
mod redact;
mod transport;

pub use catalog::{
    BASE_URL, Code, Effect, MODELS, Model, ModelInput, Route, Rule, Status, codes, find_model,
    limits, models, routes,
};
pub use client::{Client, FileUpload, inputs, types};
pub use clock::Clock;
pub use downloads::{Chunks, Downloads, Opened, Resume};
pub use gate::{Gate, GateSettings, Kept};
pub use network::{Network, Proxies, UnusableProxy, direct_client, is_loopback};
pub use progenitor_client::{Error, ResponseValue};
pub use transport::{Answer, BoxError, Fail, Kind, Transport, fail_in};
