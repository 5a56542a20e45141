#![doc = include_str!("../README.md")]

mod calls;
mod client;
mod core;
pub mod error;
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
pub use client::list::Predictions;
pub use client::save::SaveOptions;
pub use client::save::unread::keep_unread;
pub use core::durations::Durations;
#[doc(inline)]
pub use error::Error;
pub use model::logs::Progress;
pub use model::output::Output;
pub use model::prediction::{MissingOutputs, Prediction};
pub use model::prediction_id::PredictionId;
pub use model::stream_event::{DoneReason, StreamEvent};
pub use model::uploaded_file::{FileId, UploadedFile};
pub use policy::rate_limit::RateLimitPolicy;
pub use policy::retry::RetryPolicy;
pub use policy::wait::WaitPolicy;
pub use quickrouter_api::Status;
pub use request::check_file::check_file;
pub use request::data_uri::data_uri;
pub use request::{AnyInput, CreateRequest};
pub use tokio_util::sync::CancellationToken;
pub use validate::finding::Warning;
pub use wait::events::EventStream;
pub use wait::updates::{Update, Updates};

/// The typed inputs, one for each model, and the values that they take.
pub mod inputs {
    #[doc(inline)]
    pub use quickrouter_api::inputs::*;
}

/// What the contract knows: models with their inputs, rules and versions, routes, limits, error
/// codes, and the default base URL.
pub mod catalog {
    #[doc(inline)]
    pub use quickrouter_api::{
        BASE_URL, Code, Effect, Model, ModelInput, Route, Rule, codes, find_model, limits, models,
        routes,
    };
}

/// Which requests are sent again after what: the whole table, as data.
///
/// How often and how patiently is in [`RetryPolicy`]; whether a program may repeat a call that failed
/// is in [`Error::is_retryable`].
pub mod retry {
    pub use crate::http::retry_table::{Decision, RETRY_TABLE, RetryRule};
}

/// The generated client that [`Client::api`] returns, and its types.
pub mod api {
    #[doc(inline)]
    pub use quickrouter_api::{Client, Error, FileUpload, ResponseValue, types};
}

/// The seam below the client, for tests that put a service of their own in the network's place.
pub mod transport {
    #[doc(inline)]
    pub use quickrouter_api::{Answer, Clock, Fail, Kind, Transport, fail_in};
}
