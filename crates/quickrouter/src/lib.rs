#![doc = include_str!("../README.md")]
//!
//! # Inside
//!
//! Every folder of `src` is a layer; imports run downward only, which a test checks.
//!
//! ```text
//! client            Client: builder, predictions, files, list, save, webhook secret
//! wait              run and wait: polling, schedule, event streams, updates
//! calls             one logical API call: create, recover, cancel, upload, idempotent calls
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
mod error;
mod http;
mod media;
mod model;
mod policy;
mod rate_limit;
mod request;
mod text;
mod validate;
mod wait;
pub mod webhook;

pub use client::Client;
pub use client::builder::ClientBuilder;
pub use client::save::SaveOptions;
pub use client::save::unread::keep_unread;
pub use core::durations::Durations;
pub use error::Error;
pub use error::details::{
    ApiError, CancelOutcome, DeadlinePassed, FailedOutput, OutputError, Recovery,
    UnexpectedResponse, UnknownOutcome,
};
pub use http::retry_table::{Decision, RETRY_TABLE, RetryRule};
pub use model::invalid_id::InvalidId;
pub use model::logs::Progress;
pub use model::output::Output;
pub use model::prediction::{MissingOutputs, Prediction};
pub use model::prediction_id::PredictionId;
pub use model::stream_event::{DoneReason, StreamEvent};
pub use model::uploaded_file::{FileId, UploadedFile};
pub use policy::rate_limit::RateLimitPolicy;
pub use policy::retry::RetryPolicy;
pub use policy::wait::WaitPolicy;
pub use quickrouter_api::inputs::*;
pub use quickrouter_api::types::WebhookEvent;
pub use quickrouter_api::{
    BASE_URL, Effect, Model, ModelInput, Route, Rule, Status, codes, find_model, limits, models,
    routes,
};
pub use request::check_file::check_file;
pub use request::data_uri::data_uri;
pub use request::{AnyInput, CreateRequest};
pub use tokio_util::sync::CancellationToken;
pub use validate::finding::{Violation, Warning};
pub use wait::events::EventStream;
pub use wait::updates::{Update, Updates};

/// The transport below the client, for tests that replace the network with a service of their own.
pub mod transport {
    pub use quickrouter_api::{Clock, Fail, Kind, Transport};
}
