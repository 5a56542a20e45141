//! The kind of an error: one name for each variant.

use std::fmt;

use crate::error::Error;

/// The kind of an [`Error`]: its variant without what that holds, for metrics, logs and programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// [`Error::Configuration`], `configuration`.
    Configuration,
    /// [`Error::File`], `file`.
    File,
    /// [`Error::InvalidId`], `invalid_id`.
    InvalidId,
    /// [`Error::InvalidRequest`], `invalid_request`.
    InvalidRequest,
    /// [`Error::InvalidInput`], `input_refused`.
    InvalidInput,
    /// [`Error::NotSent`], `not_sent`.
    NotSent,
    /// [`Error::RateLimited`], `throttled`.
    RateLimited,
    /// [`Error::Api`], `refused`.
    Api,
    /// [`Error::OutcomeUnknown`], `outcome_unknown`.
    OutcomeUnknown,
    /// [`Error::PredictionFailed`], `prediction_failed`.
    PredictionFailed,
    /// [`Error::Deadline`], `deadline`.
    Deadline,
    /// [`Error::Interrupted`], `no_answer`.
    Interrupted,
    /// [`Error::UnexpectedResponse`], `not_understood`.
    UnexpectedResponse,
    /// [`Error::Output`], `output`.
    Output,
    /// [`Error::Delivery`], `delivery`.
    Delivery,
}

impl ErrorKind {
    /// The kind in one word, which stays the same in later versions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::File => "file",
            Self::InvalidId => "invalid_id",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidInput => "input_refused",
            Self::NotSent => "not_sent",
            Self::RateLimited => "throttled",
            Self::Api => "refused",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::PredictionFailed => "prediction_failed",
            Self::Deadline => "deadline",
            Self::Interrupted => "no_answer",
            Self::UnexpectedResponse => "not_understood",
            Self::Output => "output",
            Self::Delivery => "delivery",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Error {
    /// The kind of this error: its variant alone.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Configuration(_) => ErrorKind::Configuration,
            Self::File(_) => ErrorKind::File,
            Self::InvalidId(_) => ErrorKind::InvalidId,
            Self::InvalidRequest(_) => ErrorKind::InvalidRequest,
            Self::InvalidInput { .. } => ErrorKind::InvalidInput,
            Self::NotSent { .. } => ErrorKind::NotSent,
            Self::RateLimited { .. } => ErrorKind::RateLimited,
            Self::Api(_) => ErrorKind::Api,
            Self::OutcomeUnknown(_) => ErrorKind::OutcomeUnknown,
            Self::PredictionFailed(_) => ErrorKind::PredictionFailed,
            Self::Deadline(_) => ErrorKind::Deadline,
            Self::Interrupted { .. } => ErrorKind::Interrupted,
            Self::UnexpectedResponse(_) => ErrorKind::UnexpectedResponse,
            Self::Output(_) => ErrorKind::Output,
            Self::Delivery(_) => ErrorKind::Delivery,
        }
    }
}
