//! [`ToolError`]: the one error of a tool call.

use std::borrow::Cow;
use std::fmt;

use quickrouter::error::ErrorKind;
use quickrouter::{Error, PredictionId};

use crate::error::advice::{FAILED, about_prediction, advice};

mod advice;

/// The HTTP status of what does not exist.
const NOT_FOUND: u16 = 404;

/// The kind of a [`ToolError`], the name by which programs tell errors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The SDK's: its own name.
    Sdk(ErrorKind),
    /// The arguments of the call, `invalid_arguments`.
    InvalidArguments,
    /// More than the budget leaves, `budget_exceeded`.
    BudgetExceeded,
    /// A person declined, `declined`.
    Declined,
    /// The request id was used with other arguments, `request_id_conflict`.
    RequestIdConflict,
    /// Nothing is known by this id, `not_found`.
    NotFound,
    /// It is unknown whether a prediction was created, `outcome_unknown`.
    OutcomeUnknown,
    /// The state file, `store`.
    Store,
    /// The call was canceled before anything was created, `canceled`.
    Canceled,
}

impl Kind {
    /// The name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sdk(kind) => kind.as_str(),
            Self::InvalidArguments => "invalid_arguments",
            Self::BudgetExceeded => "budget_exceeded",
            Self::Declined => "declined",
            Self::RequestIdConflict => "request_id_conflict",
            Self::NotFound => "not_found",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Store => "store",
            Self::Canceled => "canceled",
        }
    }
}

/// Why a tool call failed, whether it may have been billed, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolError {
    /// The kind.
    pub kind: Kind,
    /// A stable code below the kind: the SDK's, or the kind's name.
    pub code: &'static str,
    /// What happened, with which value, without control characters.
    pub message: String,
    /// The prediction's id.
    pub id: Option<String>,
    /// The request id of the call.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub http_status: Option<u16>,
    /// Whether a prediction may be billed.
    pub may_be_billed: bool,
    /// What to do.
    pub next: String,
}

impl ToolError {
    /// An error that cost nothing.
    pub(crate) fn new(kind: Kind, message: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            kind,
            code: kind.as_str(),
            message: message.into(),
            id: None,
            request_id: None,
            http_status: None,
            may_be_billed: false,
            next: next.into(),
        }
    }

    /// Arguments that are refused.
    pub(crate) fn arguments(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Kind::InvalidArguments, message, next)
    }

    /// The error of a prediction that failed in an earlier call, with the message that it had then.
    pub(crate) fn failed_before(message: &str) -> Self {
        let kind = Kind::Sdk(ErrorKind::PredictionFailed);
        Self::new(kind, message, FAILED).billed()
    }

    /// The error of a request about a prediction that exists, which says nothing of what that one costs.
    pub(crate) fn about(error: &Error, id: &PredictionId) -> Self {
        let mut about = Self::from(error).of_prediction(Some(id));
        about.next = about_prediction(error);
        about.may_be_billed |= about.http_status != Some(NOT_FOUND);
        about
    }

    /// The error of a request about a prediction whose response did not come in time.
    pub(crate) fn late(id: &PredictionId, next: &str) -> Self {
        let message = "The gateway has not responded in time.";
        let late = Self::new(Kind::Sdk(ErrorKind::Deadline), message, next);
        late.of_prediction(Some(id)).billed()
    }

    /// Adds a sentence to the message.
    pub(crate) fn add(&mut self, sentence: &str) {
        self.message = format!("{} {sentence}", sentences(&self.message));
    }

    pub(crate) fn billed(mut self) -> Self {
        self.may_be_billed = true;
        self
    }

    pub(crate) fn of_prediction(mut self, id: Option<&PredictionId>) -> Self {
        self.id = self.id.or_else(|| id.map(|id| id.as_str().to_owned()));
        self
    }

    pub(crate) fn of_request(mut self, request_id: &str) -> Self {
        self.request_id = Some(request_id.to_owned());
        self
    }
}

impl From<&Error> for ToolError {
    fn from(error: &Error) -> Self {
        Self {
            kind: Kind::Sdk(error.kind()),
            code: error.code(),
            message: quickrouter::text::lines(&error.to_string()),
            id: error.prediction_id().map(|id| id.as_str().to_owned()),
            request_id: None,
            http_status: error.http_status(),
            may_be_billed: error.may_be_billed(),
            next: advice(error),
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.next.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{} {}", sentences(&self.message), self.next)
    }
}

/// The message with a full stop, after which another sentence can follow; the SDK's have none.
fn sentences(message: &str) -> Cow<'_, str> {
    if message.ends_with(['.', '!', '?', '。', '！', '？']) {
        Cow::Borrowed(message)
    } else {
        Cow::Owned(format!("{message}."))
    }
}

impl std::error::Error for ToolError {}
