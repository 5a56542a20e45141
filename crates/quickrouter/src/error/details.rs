//! The data of the error variants.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Status;

use crate::detail::{Detail, detail};
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

/// A local file or folder cannot be used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileError {
    /// Its path.
    pub path: PathBuf,
    /// What is wrong with it, and what to do.
    pub reason: Detail,
    /// The operating system's error, if any; `reason` includes its message.
    pub io_error: Option<Arc<io::Error>>,
    /// Whether it is about a folder.
    pub is_folder: bool,
}

impl FileError {
    pub(crate) fn new(path: impl Into<PathBuf>, reason: Detail) -> Self {
        Self { path: path.into(), reason, io_error: None, is_folder: false }
    }

    pub(crate) fn folder(path: impl Into<PathBuf>, reason: Detail, error: io::Error) -> Self {
        Self { path: path.into(), reason, io_error: Some(Arc::new(error)), is_folder: true }
    }

    pub(crate) fn io(path: impl Into<PathBuf>, error: io::Error) -> Self {
        let reason = detail!(FileSystem, "{error}", error = error.to_string());
        Self { path: path.into(), reason, io_error: Some(Arc::new(error)), is_folder: false }
    }
}

/// The gateway responded with an error status.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApiError {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction concerned, if any.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// The gateway's or Replicate's message.
    pub message: String,
    /// The error code; empty if there is none.
    pub code: String,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// The pause requested by the gateway.
    pub retry_after: Option<Duration>,
    /// What to do next, if it is known.
    pub hint: Option<Detail>,
    /// Whether it ended a wait: the prediction may still run and be billed.
    pub may_still_run: bool,
    /// Whether another attempt may succeed, by the retry table.
    pub(crate) retryable: bool,
}

/// A create was sent, and it is unknown whether it was accepted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// What happened.
    pub cause: Detail,
    /// The HTTP status, if a response began.
    pub status: Option<u16>,
    /// The response body, as far as it was received.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// The id, if the response contains one.
    pub prediction_id: Option<PredictionId>,
    /// The result of searching for it.
    pub recovery: Recovery,
}

impl UnknownOutcome {
    pub(crate) fn new(cause: Detail, status: Option<u16>, body: Bytes) -> Self {
        Self {
            cause,
            status,
            body,
            request_id: None,
            prediction_id: None,
            recovery: Recovery::NotAttempted,
        }
    }
}

/// The result of searching for a create whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recovery {
    /// No search was made: see [`RetryPolicy::recover_unknown`](crate::RetryPolicy::recover_unknown).
    NotAttempted,
    /// A search is not possible: the gateway does not relay the list of predictions.
    NotRelayed,
    /// The search failed, and why.
    Failed(Detail),
    /// The predictions that may be it: same input, created since, unknown to this client. An empty
    /// list does not mean that the create was not accepted.
    Candidates(Vec<PredictionId>),
}

/// A wait reached its deadline.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadlinePassed {
    /// The prediction, which may still be running.
    pub prediction_id: PredictionId,
    /// The last status seen.
    pub last_status: Option<Status>,
    /// The deadline, counted from the start.
    pub deadline: Duration,
    /// The prediction as last seen with outputs, which may be incomplete; `None` if it had none.
    pub last: Option<Box<Prediction>>,
    /// Why the last poll failed, if it did.
    pub last_problem: Option<Detail>,
    /// Whether a cancel was requested, and its outcome.
    pub cancel: CancelOutcome,
}

/// The outcome of a cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelOutcome {
    /// No cancel was requested.
    NotRequested,
    /// A cancel was requested; this is the status in the response.
    Requested(Status),
    /// A cancel was requested but not confirmed, and why.
    Unconfirmed(Detail),
}

/// A response that does not follow the contract.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnexpectedResponse {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction concerned, if any.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with it.
    pub reason: Detail,
    /// The whole response body.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// Whether it ended a wait: the prediction may still run and be billed.
    pub may_still_run: bool,
    /// Whether another attempt may succeed, by the retry table.
    pub(crate) retryable: bool,
}

/// Outputs could not be saved.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutputError {
    /// The prediction.
    pub prediction_id: Option<PredictionId>,
    /// The outputs that were not saved, at least one.
    pub failed: Vec<FailedOutput>,
    /// The outputs of the same prediction that were saved.
    pub saved: Vec<PathBuf>,
    /// The file with the whole response, if part of it cannot be fetched again.
    pub unread: Option<PathBuf>,
}

/// One output that was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedOutput {
    /// What happened.
    pub reason: Detail,
    /// Its URL, if it has one.
    pub url: Option<String>,
}
