#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! Every folder of `src` is a layer; imports run downward only, which a test checks.
//!
//! ```text
//! client            Client: builder, predictions, files, list, save, webhook secret
//! wait              run and wait: polling, schedule, event streams, updates
//! calls             one logical API call: create, recover, search, cancel, upload, idempotent and raw calls
//! core              what clones share: context, registry, durations, orphans
//! http              one request: retry loop, retry table, outcome, error bodies
//! rate_limit        permits and slots, and what 429 and its headers report
//! webhook           verified webhook deliveries
//! request           what a create sends: model, input, options, local files
//! error             the error type, its details and its messages
//! model             plain data: predictions, ids, outputs, logs, events
//! validate, policy  local validation of inputs; waiting, retries and rate limits
//! media, text       formats and file extensions; external text made printable
//! ```
//!
//! All HTTP goes through [`transport::Transport`] in `quickrouter-api`, which also holds the
//! generated client and the model schemas. `http` gets the transport, the rate limiter and the
//! policies as arguments, never the context.

mod calls;
mod client;
mod core;
mod detail;
pub mod error;
mod http;
mod media;
mod model;
mod policy;
mod rate_limit;
mod request;
pub mod text;
mod validate;
mod wait;
pub mod webhook;

pub use client::Client;
pub use client::api_key::check_api_key;
#[cfg(feature = "blocking")]
pub use client::blocking;
pub use client::builder::ClientBuilder;
pub use client::list::Predictions;
pub use client::save::SaveOptions;
pub use client::save::named::NamedOutput;
pub use core::durations::Durations;
#[doc(inline)]
pub use error::Error;
pub use model::logs::Progress;
pub use model::output::Output;
pub use model::prediction::{MissingOutputs, Prediction};
pub use model::prediction_id::PredictionId;
pub use model::raw_response::RawResponse;
pub use model::recovered::Recovered;
pub use model::stream_event::{DoneReason, StreamEvent};
pub use model::uploaded_file::{FileId, UploadedFile};
pub use policy::rate_limit::RateLimitPolicy;
pub use policy::retry::RetryPolicy;
pub use policy::wait::WaitPolicy;
pub use quickrouter_api::Status;
pub use request::preview::RequestPreview;
pub use request::raw::RawRequest;
pub use request::{AnyInput, CreateRequest};
pub use tokio_util::sync::CancellationToken;
pub use validate::finding::Warning;
pub use wait::events::EventStream;
pub use wait::updates::{Update, Updates};

/// Typed inputs, one per model, and their values.
pub mod inputs {
    #[doc(inline)]
    pub use quickrouter_api::inputs::*;
}

/// The contract as data: models with their inputs, rules and versions, routes, limits, error codes,
/// and the default base URL.
pub mod catalog {
    pub use crate::request::model_name::ModelName;
    pub use crate::validate::json_schema::{input_json_schema, input_json_schema_zh};
    #[doc(inline)]
    pub use quickrouter_api::{
        BASE_URL, Effect, ErrorCode, Model, ModelInput, OriginHost, OriginRoute, Route, Rule,
        codes, error_codes, find_model, limits, models, routes,
    };
}

/// Files on this machine: checked and read before they are sent, and written when nothing else is left.
pub mod files {
    pub use crate::client::save::folder::check_folder;
    pub use crate::client::save::unread::keep_unread;
    pub use crate::media::content::recognized as recognized_type;
    pub use crate::request::check_file::check_file;
    pub use crate::request::data_uri::{data_uri, media_type};
    pub use crate::request::inline_limit::too_large_to_inline;
}

/// The retry table as data: which requests are retried after which outcome.
///
/// [`RetryPolicy`] sets how often and how quickly; [`Error::is_retryable`] says whether a program
/// may repeat a failed call.
pub mod retry {
    pub use crate::http::retry_table::{Decision, RETRY_TABLE, RetryRule};
}

/// The generated client returned by [`Client::api`], and its types.
pub mod api {
    #[doc(inline)]
    pub use quickrouter_api::{Client, Error, FileUpload, ResponseValue, types};
}

/// The transport below the client, for tests that replace the network with a service of their own.
pub mod transport {
    #[doc(inline)]
    pub use quickrouter_api::{
        BufferedResponse, Clock, Transport, TransportError, TransportErrorKind, transport_error_in,
    };
}
