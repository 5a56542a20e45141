//! [`ToolError`]: the one error of a tool call.

use std::borrow::Cow;
use std::fmt;

use quickrouter::error::ErrorKind;
use quickrouter::{Error, PredictionId};

use crate::error::advice::{FAILED, advice, advice_about};

mod advice;

/// The kind of a [`ToolError`], the name by which programs tell errors apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One of the SDK's that has no name of its own here: the SDK's name.
    Sdk(ErrorKind),
    /// The arguments of the call, `invalid_arguments`.
    InvalidArguments,
    /// More than the budget leaves, `budget_exceeded`.
    BudgetExceeded,
    /// The price is limited, and not known at the moment, `price_unknown`.
    PriceUnknown,
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
    /// The client canceled the call, `canceled`.
    Canceled,
    /// The call had to be answered before the gateway answered, `timed_out`.
    TimedOut,
}

impl Kind {
    /// The name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sdk(kind) => kind.as_str(),
            Self::InvalidArguments => "invalid_arguments",
            Self::BudgetExceeded => "budget_exceeded",
            Self::PriceUnknown => "price_unknown",
            Self::Declined => "declined",
            Self::RequestIdConflict => "request_id_conflict",
            Self::NotFound => "not_found",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::Store => "store",
            Self::Canceled => "canceled",
            Self::TimedOut => "timed_out",
        }
    }
}

impl From<ErrorKind> for Kind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::OutcomeUnknown => Self::OutcomeUnknown,
            kind => Self::Sdk(kind),
        }
    }
}

/// Why a tool call failed, whether it may have been billed, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ToolError {
    /// The kind.
    pub(crate) kind: Kind,
    /// A stable code below the kind: the SDK's, or the kind's name.
    pub(crate) code: &'static str,
    /// What happened, with which value, without control characters.
    pub(crate) message: String,
    /// The prediction's id.
    pub(crate) id: Option<String>,
    /// The request id of the call.
    pub(crate) request_id: Option<String>,
    /// The HTTP status.
    pub(crate) http_status: Option<u16>,
    /// Whether a prediction may be billed.
    pub(crate) may_be_billed: bool,
    /// What to do.
    pub(crate) next: String,
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

    /// The error of a call about a prediction, which may be billed whatever became of the call.
    pub(crate) fn about(id: Option<&PredictionId>, error: &Error) -> Self {
        let next = advice_about(error);
        Self { next, ..Self::from(error) }.of_prediction(id).billed()
    }

    /// Adds a sentence to the message.
    pub(crate) fn add(&mut self, added: &str) {
        self.message = format!("{} {added}", sentence(&self.message));
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
            kind: error.kind().into(),
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

/// A message with a full stop, unless it ends with a sign of its own.
fn sentence(message: &str) -> Cow<'_, str> {
    let ends = ['.', '!', '?', '…', '。', '！', '？'];
    if message.is_empty() || message.trim_end().ends_with(ends) {
        return message.into();
    }
    format!("{message}.").into()
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = sentence(&self.message);
        if self.next.is_empty() {
            f.write_str(&message)
        } else {
            write!(f, "{message} {}", self.next)
        }
    }
}

impl std::error::Error for ToolError {}

#[cfg(test)]
mod tests {
    use quickrouter::error::ErrorKind;

    use super::{Kind, ToolError};

    #[test]
    fn a_name_is_of_one_kind_whoever_finds_the_error() {
        let own = [
            Kind::InvalidArguments,
            Kind::BudgetExceeded,
            Kind::Declined,
            Kind::RequestIdConflict,
            Kind::NotFound,
            Kind::OutcomeUnknown,
            Kind::Store,
            Kind::Canceled,
            Kind::TimedOut,
            Kind::PriceUnknown,
        ];
        for kind in ErrorKind::ALL.iter().copied().map(Kind::from) {
            for own in own.iter().filter(|own| own.as_str() == kind.as_str()) {
                assert_eq!(*own, kind);
            }
        }
    }

    #[test]
    fn what_happened_and_what_to_do_are_two_sentences() {
        let said = |message: &str| ToolError::new(Kind::Store, message, "Do this.").to_string();
        assert_eq!(said("check the id"), "check the id. Do this.");
        for ended in ["It failed.", "Stop!", "Why?", "it goes on…", "额度不足。"] {
            assert_eq!(said(ended), format!("{ended} Do this."));
        }
        let mut error = ToolError::new(Kind::Store, "it failed", "");
        error.add("Saved all the same: /o/a.png.");
        assert_eq!(error.to_string(), "it failed. Saved all the same: /o/a.png.");
    }
}
