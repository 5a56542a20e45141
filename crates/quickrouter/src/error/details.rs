//! What the variants of an error hold.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use quickrouter_api::Status;

use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

/// A local file that cannot be used.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it, and what to do.
    pub reason: String,
    /// The error of the operating system, where there is one; `reason` says what it says.
    pub io_error: Option<Arc<io::Error>>,
}

impl FileError {
    pub(crate) fn new(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into(), io_error: None }
    }

    pub(crate) fn folder(path: impl Into<PathBuf>, what: &str, error: io::Error) -> Self {
        let (path, reason) = (path.into(), format!("{what}: {error}"));
        Self { path, reason, io_error: Some(Arc::new(error)) }
    }

    pub(crate) fn io(path: impl Into<PathBuf>, error: io::Error) -> Self {
        let (path, reason) = (path.into(), error.to_string());
        Self { path, reason, io_error: Some(Arc::new(error)) }
    }
}

/// What the gateway said when it refused.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ApiError {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction it was about.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// The gateway's or Replicate's message.
    pub message: String,
    /// The code beside the message; empty where there is none.
    pub code: String,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// How long the gateway asked to wait.
    pub retry_after: Option<Duration>,
    /// What to do next.
    pub hint: String,
    /// Whether it ended a wait: the prediction may run on and be billed.
    pub may_still_run: bool,
    /// Whether another attempt may succeed, by the retry table.
    pub(crate) retryable: bool,
}

/// A create whose fate is not known.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnknownOutcome {
    /// What happened.
    pub cause: String,
    /// The HTTP status, where an answer began.
    pub status: Option<u16>,
    /// What came back, as far as it came.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// The id, where what came back shows one.
    pub prediction_id: Option<PredictionId>,
    /// What the search for it showed.
    pub recovery: Recovery,
}

impl UnknownOutcome {
    pub(crate) fn new(cause: impl Into<String>, status: Option<u16>, body: Bytes) -> Self {
        Self {
            cause: cause.into(),
            status,
            body,
            request_id: None,
            prediction_id: None,
            recovery: Recovery::NotAttempted,
        }
    }
}

/// What came of looking for a create whose outcome is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recovery {
    /// It was not looked for: see [`RetryPolicy::recover_unknown`](crate::RetryPolicy::recover_unknown).
    NotAttempted,
    /// It cannot be looked for here: the gateway does not relay the list of predictions.
    NotRelayed,
    /// It could not be looked for, and why.
    Failed(String),
    /// The predictions that may be it: same input, created since, not known to this client. None at
    /// all does not mean that it was not accepted.
    Candidates(Vec<PredictionId>),
}

/// A wait that reached its deadline.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct DeadlinePassed {
    /// The prediction, which may still be running.
    pub prediction_id: PredictionId,
    /// The status last seen.
    pub last_status: Option<Status>,
    /// The deadline, counted from the start.
    pub deadline: Duration,
    /// The prediction as it was last seen with outputs, which may not be all; `None` where it had
    /// none.
    pub last: Option<Box<Prediction>>,
    /// What went wrong with the last look, if something did.
    pub last_problem: Option<String>,
    /// Whether a cancel was asked for, and what came of it.
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
    Unconfirmed(String),
}

/// An answer that is not what the contract says.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UnexpectedResponse {
    /// The operation's id in the contract.
    pub operation: &'static str,
    /// The prediction it was about.
    pub prediction_id: Option<PredictionId>,
    /// The HTTP status.
    pub status: u16,
    /// Why it was not understood.
    pub reason: String,
    /// The whole answer.
    pub body: Bytes,
    /// The request id, for the gateway's support.
    pub request_id: Option<String>,
    /// Whether it ended a wait: the prediction may run on and be billed.
    pub may_still_run: bool,
    /// Whether another attempt may succeed, by the retry table.
    pub(crate) retryable: bool,
}

/// Outputs that are not on disk.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutputError {
    /// The prediction.
    pub prediction_id: Option<PredictionId>,
    /// What was not saved, at least one.
    pub failed: Vec<FailedOutput>,
    /// The outputs of the same prediction that were saved.
    pub saved: Vec<PathBuf>,
    /// The file that holds the whole response, where something of it cannot be had again.
    pub unread: Option<PathBuf>,
}

/// One output that is not on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedOutput {
    /// What happened.
    pub reason: String,
    /// Its URL, where it has one.
    pub url: Option<String>,
}
