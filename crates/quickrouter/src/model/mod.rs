//! Plain data: predictions, their ids, outputs, logs and events, and uploaded files.

pub(crate) mod date;
pub(crate) mod document;
pub(crate) mod envelope;
pub(crate) mod error_message;
pub(crate) mod expected;
pub(crate) mod invalid_id;
pub(crate) mod invalid_prediction;
pub(crate) mod logs;
pub(crate) mod output;
pub(crate) mod page;
pub(crate) mod partial_id;
mod pasted_id;
pub(crate) mod prediction;
pub(crate) mod prediction_id;
pub(crate) mod raw_response;
pub(crate) mod recovered;
pub(crate) mod stream_event;
pub(crate) mod uploaded_file;
