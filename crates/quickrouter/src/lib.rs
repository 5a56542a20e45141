#![doc = include_str!("../README.md")]

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
#[cfg(feature = "blocking")]
pub use client::blocking;
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

/// The seam below the client, for tests that put a service of their own in the network's place.
pub mod transport {
    pub use quickrouter_api::{Clock, Fail, Kind, Transport};
}
