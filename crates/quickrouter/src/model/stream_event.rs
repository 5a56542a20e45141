//! What the stream of a prediction tells, event by event.

use quickrouter_api::Status;
use serde_json::Value;

use crate::model::prediction::Prediction;

/// What happened to a prediction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// New output: a piece of text, or the URL (`https:` or `data:`) of a file.
    Output(String),
    /// What is new in the log. Bars redraw themselves with carriage returns, which come as newlines
    /// in a stream.
    Logs(String),
    /// What went wrong, as it was put.
    Error(String),
    /// It is over, as the stream tells: look at it ([`Client::get`](crate::Client::get)) to be sure.
    /// Nothing follows.
    Done(DoneReason),
    /// An event that the contract does not know.
    Other {
        /// Its name; `message` where it has none.
        event: String,
        /// Its data.
        data: String,
    },
}

/// Why a stream is done.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DoneReason {
    /// There is nothing more to tell.
    Finished,
    /// The prediction was canceled.
    Canceled,
    /// The prediction failed.
    Error,
    /// Any other reason, in its own word.
    Other(String),
}

impl StreamEvent {
    /// An event of the stream's.
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
    /// From `{}` or `{"reason": "canceled"}`.
    fn read(data: &str) -> Self {
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        match data.get("reason").and_then(Value::as_str) {
            None | Some("") => Self::Finished,
            Some("canceled") => Self::Canceled,
            Some("error") => Self::Error,
            Some(other) => Self::Other(other.to_owned()),
        }
    }

    /// The reason that a stream would give for a prediction that is over.
    pub(crate) fn of(prediction: &Prediction) -> Self {
        match prediction.status() {
            Status::Succeeded => Self::Finished,
            Status::Canceled => Self::Canceled,
            Status::Failed => Self::Error,
            other => Self::Other(other.to_string()),
        }
    }
}
