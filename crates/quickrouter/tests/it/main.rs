//! Tests of the SDK against a scripted transport on a paused clock, and over real sockets where
//! the socket matters.

#![allow(missing_docs, clippy::needless_pass_by_value, clippy::format_collect, reason = "tests")]

mod answers;
mod blocking;
mod checks;
mod create;
mod dropped;
mod encodings;
mod envelopes;
mod estimates;
mod events;
mod fetching;
mod following;
mod frames;
mod from_json;
mod generated;
mod heads;
mod http2;
mod keys;
mod layers;
mod listing;
mod messages;
mod paid;
mod prefer;
mod raw_get;
mod receiver;
mod recovering;
mod resilience;
mod retry_table;
mod retryable;
mod saving;
mod scripted;
mod settings;
mod sockets;
mod streaming;
mod throttling;
mod unknown;
mod updates;
mod uploads;
mod waiting;
mod webhooks;
mod wire;
