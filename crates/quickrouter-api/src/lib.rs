//! The low-level client of QuickRouter's Replicate API.
//!
//! Most programs want the `quickrouter` crate, which checks, waits, retries and saves. This one
//! holds what is generated from the contract (`openapi/quickrouter.yaml`) and the one place where
//! HTTP leaves:
//!
//! - [`Client`] and [`types`]: one method an operation, one type an input, by progenitor, but for
//!   `upload_file`, whose body is multipart;
//! - [`MODELS`], [`routes`], [`limits`], [`codes`], [`Status`], [`BASE_URL`]: the catalogue;
//! - [`Transport`], [`Gate`] and [`Downloads`]: the seam. The gate puts the key on a request, for
//!   the base URL's own origin only, and keeps the time-out and the size limit of answers; a body
//!   that is read as it comes is opened there, too.
//!
//! Answers come as free JSON: who decodes them still has status and headers when decoding fails.

#[rustfmt::skip]
#[path = "generated/catalogue.rs"]
#[allow(clippy::all, clippy::pedantic, unreachable_pub, reason = "generated")]
mod catalogue;
#[rustfmt::skip]
#[path = "generated/client.rs"]
#[allow(clippy::all, clippy::pedantic, missing_docs, elided_lifetimes_in_paths, unreachable_pub, reason = "generated")]
mod client;
mod clock;
mod coding;
mod condition;
mod downloads;
mod effective;
mod gate;
mod hidden;
mod model;
mod network;
mod path;
mod transport;
#[rustfmt::skip]
#[path = "generated/typed.rs"]
#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod typed;
mod upload;

pub use catalogue::{BASE_URL, MODELS, Status, codes, limits, routes};
pub use client::{Client, inputs, types};
pub use clock::Clock;
pub use downloads::{Chunks, Downloads, Opened, Resume};
pub use gate::{Gate, GateSettings, Kept};
pub use model::{Code, Effect, Model, ModelInput, Route, Rule, find_model, models};
pub use network::{Network, Proxies, UnusableProxy, direct_client, is_loopback};
pub use progenitor_client::{Error, ResponseValue};
pub use transport::{Answer, BoxError, Fail, Kind, Transport, fail_in};
pub use upload::FileUpload;

/// Reads and writes a status as its word.
mod status {
    use crate::Status;
    use std::fmt;

    /// A status word in the form that the catalogue compares: relays differ in case and in what
    /// stands between two parts of a word.
    pub(crate) fn normalized(word: &str) -> String {
        let letters = word.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
        letters.map(|c| c.to_ascii_lowercase()).collect()
    }

    impl fmt::Display for Status {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.as_str())
        }
    }

    impl serde::Serialize for Status {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de> serde::Deserialize<'de> for Status {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(Self::from(String::deserialize(deserializer)?.as_str()))
        }
    }
}
