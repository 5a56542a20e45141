//! The kind of an error: one name for each variant.

use std::fmt;

/// The kind of an [`Error`](crate::Error): its variant without data, for metrics and logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// [`Error::Configuration`](crate::Error::Configuration), `configuration`.
    Configuration,
    /// [`Error::File`](crate::Error::File), `file`.
    File,
    /// [`Error::InvalidId`](crate::Error::InvalidId), `invalid_id`.
    InvalidId,
    /// [`Error::InvalidRequest`](crate::Error::InvalidRequest), `invalid_request`.
    InvalidRequest,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput), `invalid_input`.
    InvalidInput,
    /// [`Error::NotSent`](crate::Error::NotSent), `not_sent`.
    NotSent,
    /// [`Error::RateLimited`](crate::Error::RateLimited), `rate_limited`.
    RateLimited,
    /// [`Error::Api`](crate::Error::Api), `api`.
    Api,
    /// [`Error::OutcomeUnknown`](crate::Error::OutcomeUnknown), `outcome_unknown`.
    OutcomeUnknown,
    /// [`Error::PredictionFailed`](crate::Error::PredictionFailed), `prediction_failed`.
    PredictionFailed,
    /// [`Error::Deadline`](crate::Error::Deadline), `deadline`.
    Deadline,
    /// [`Error::Interrupted`](crate::Error::Interrupted), `interrupted`.
    Interrupted,
    /// [`Error::UnexpectedResponse`](crate::Error::UnexpectedResponse), `unexpected_response`.
    UnexpectedResponse,
    /// [`Error::Output`](crate::Error::Output), `output`.
    Output,
    /// [`Error::Delivery`](crate::Error::Delivery), `delivery`.
    Delivery,
}

impl ErrorKind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Configuration,
        Self::File,
        Self::InvalidId,
        Self::InvalidRequest,
        Self::InvalidInput,
        Self::NotSent,
        Self::RateLimited,
        Self::Api,
        Self::OutcomeUnknown,
        Self::PredictionFailed,
        Self::Deadline,
        Self::Interrupted,
        Self::UnexpectedResponse,
        Self::Output,
        Self::Delivery,
    ];

    /// Returns the kind as one word, stable across versions.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::File => "file",
            Self::InvalidId => "invalid_id",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidInput => "invalid_input",
            Self::NotSent => "not_sent",
            Self::RateLimited => "rate_limited",
            Self::Api => "api",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::PredictionFailed => "prediction_failed",
            Self::Deadline => "deadline",
            Self::Interrupted => "interrupted",
            Self::UnexpectedResponse => "unexpected_response",
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
