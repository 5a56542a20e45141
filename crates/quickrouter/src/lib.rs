#![doc = include_str!("../README.md")]

mod abandoned;
mod answer;
mod attend;
mod base_url;
mod builder;
mod cancel;
mod check;
mod client;
mod connection;
mod content;
mod create;
mod data_uri;
mod decisions;
mod decode;
mod document;
mod doubts;
mod download;
mod durations;
mod envelope;
mod error;
mod event_stream;
mod fetch;
mod filename;
mod find;
mod follow;
mod forecast;
mod key;
mod known;
mod list;
mod listen;
mod local_file;
mod logs;
mod misfit;
mod output;
mod pasted;
mod place;
mod prediction;
mod prediction_id;
mod printable;
mod reach;
mod read;
mod refusal;
mod request;
mod retry;
mod run;
mod save;
mod schedule;
mod schema;
mod send;
mod stop;
mod stream_event;
mod target;
mod telling;
mod texts;
mod throttle;
mod throttle_policy;
mod unread;
mod updates;
mod upload;
mod uploaded_file;
mod wait;
mod wait_policy;
pub mod webhook;
mod wording;

pub use builder::ClientBuilder;
pub use check::{Violation, Warning};
pub use client::Client;
pub use data_uri::data_uri;
pub use decisions::{Case, DECISIONS, Decision};
pub use doubts::check_file;
pub use durations::Durations;
pub use error::{
    CancelOutcome, DeadlinePassed, Error, FailedOutput, NotUnderstood, OutputError, Refusal,
    Search, UnknownOutcome,
};
pub use event_stream::EventStream;
pub use logs::Progress;
pub use output::Output;
pub use prediction::{MissingOutputs, Prediction};
pub use prediction_id::PredictionId;
pub use quickrouter_api::inputs::*;
pub use quickrouter_api::types::WebhookEvent;
pub use quickrouter_api::{
    BASE_URL, Effect, Model, ModelInput, Route, Rule, Status, codes, find_model, limits, models,
    routes,
};
pub use request::{AnyInput, CreateRequest};
pub use retry::RetryPolicy;
pub use save::SaveOptions;
pub use stop::StopSignal;
pub use stream_event::{DoneReason, StreamEvent};
pub use throttle_policy::ThrottlePolicy;
pub use unread::keep_unread;
pub use updates::{Update, Updates};
pub use uploaded_file::{FileId, UploadedFile};
pub use wait_policy::WaitPolicy;

/// The seam below the client, for tests that put a service of their own in the network's place.
pub mod transport {
    pub use quickrouter_api::{Clock, Fail, Kind, Transport};
}
