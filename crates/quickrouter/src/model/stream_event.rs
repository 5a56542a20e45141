//! Events of a prediction's stream.

use quickrouter_api::Status;
use serde_json::Value;

use crate::model::prediction::Prediction;

/// An event of a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// New output: a piece of text, or the URL (`https:` or `data:`) of a file.
    Output(String),
    /// New log text. Progress bars redraw with carriage returns, which arrive as newlines in a
    /// stream.
    Logs(String),
    /// An error message.
    Error(String),
    /// The stream reports the end; poll ([`Client::get`](crate::Client::get)) to be sure. Always the
    /// last event.
    Done(DoneReason),
    /// An event unknown to the contract.
    Other {
        /// Its name; `message` if it has none.
        event: String,
        /// Its data.
        data: String,
    },
}

/// Why a stream is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoneReason {
    /// The prediction is finished.
    Finished,
    /// The prediction was canceled.
    Canceled,
    /// The prediction failed.
    Error,
    /// Any other reason, as received.
    Other(String),
}

impl StreamEvent {
    /// Reads an event of the stream.
    pub(crate) fn read(event: &str, data: String) -> Self {
        match event {
            "output" => Self::Output(data),
            "logs" => Self::Logs(data),
            "error" => Self::Error(data),
            "done" => Self::Done(DoneReason::read(&data)),
            event => Self::Other { event: event.to_owned(), data },
        }
    }
}

impl DoneReason {
    /// Reads `{}` or `{"reason": "canceled"}`.
    fn read(data: &str) -> Self {
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        match data.get("reason").and_then(Value::as_str) {
            None | Some("") => Self::Finished,
            Some("canceled") => Self::Canceled,
            Some("error") => Self::Error,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    /// Returns the reason that a stream would give for a terminal prediction.
    pub(crate) fn of(prediction: &Prediction) -> Self {
        match prediction.status() {
            Status::Succeeded => Self::Finished,
            Status::Canceled => Self::Canceled,
            Status::Failed => Self::Error,
            other => Self::Other(other.to_string()),
        }
    }
}
