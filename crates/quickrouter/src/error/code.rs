//! Stable codes of errors, finer than their kind.

use crate::detail::{Detail, DetailCode, DetailValue, detail};
use crate::error::Error;
use crate::error::delivery::DeliveryError;
use crate::error::details::{ApiError, CancelOutcome, Recovery};

impl Error {
    /// Returns a stable code, finer than the [`kind`](Self::kind): the
    /// [`DetailCode`] of what went wrong, where one stands for it.
    ///
    /// | kind | code |
    /// |---|---|
    /// | `configuration`, `file`, `invalid_id`, `invalid_request` | that of the reason: `key_missing`, `base_url_route`, `file_empty` |
    /// | `invalid_input` | that of the first violation: `below_minimum`, `input_unknown_near` |
    /// | `not_sent`, `rate_limited`, `interrupted`, `unexpected_response` | that of the cause: `no_connection`, `in_flight`, `timed_out`, `no_id` |
    /// | `api` | the gateway's own code if the contract has it ([`catalog::error_codes`](crate::catalog::error_codes)), else that of the hint, else `api` |
    /// | `outcome_unknown` | what the search found: `not_attempted`, `not_relayed`, `search_failed`, `no_candidate`, `candidates` |
    /// | `prediction_failed` | `prediction_failed` |
    /// | `deadline` | what became of the cancel: `not_canceled`, `cancel_confirmed`, `cancel_pending`, `cancel_unconfirmed` |
    /// | `output` | that of the first output that was not saved: `http_status`, `file_exists` |
    /// | `delivery` | `missing_header`, `bad_header`, `timestamp_off`, `no_signature_fits`, `not_a_prediction` |
    ///
    /// # Examples
    /// ```
    /// use quickrouter::Client;
    ///
    /// let error = Client::builder().api_key("key").base_url("ftp://host").build().unwrap_err();
    /// assert_eq!((error.kind().as_str(), error.code()), ("configuration", "base_url_scheme"));
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::Configuration(reason) | Self::InvalidRequest(reason) => reason.code().as_str(),
            Self::File(error) => error.reason.code().as_str(),
            Self::InvalidId(invalid) => invalid.reason.code().as_str(),
            Self::InvalidInput { violations, .. } => {
                violations.first().map_or("invalid_input", |first| first.limit.code().as_str())
            }
            Self::NotSent { cause, .. }
            | Self::RateLimited { cause, .. }
            | Self::Interrupted { cause, .. } => cause.code().as_str(),
            Self::Api(refusal) => of_api(refusal),
            Self::OutcomeUnknown(unknown) => of_recovery(&unknown.recovery),
            Self::PredictionFailed(_) => "prediction_failed",
            Self::Deadline(passed) => of_cancel(&passed.cancel),
            Self::UnexpectedResponse(response) => response.reason.code().as_str(),
            Self::Output(output) => {
                output.failed.first().map_or("output", |first| first.reason.code().as_str())
            }
            Self::Delivery(error) => match error {
                DeliveryError::MissingHeader { .. } => "missing_header",
                DeliveryError::BadHeader { .. } => "bad_header",
                DeliveryError::TimestampOff { .. } => "timestamp_off",
                DeliveryError::NoSignatureFits { .. } => "no_signature_fits",
                DeliveryError::NotAPrediction { .. } => "not_a_prediction",
            },
        }
    }

    /// Returns the error as one fact, for use inside another message: the operation and the cause.
    pub fn detail(&self) -> Detail {
        let (code, operation, reason) = match self {
            Self::Api(refusal) => {
                (DetailCode::OperationRefused, refusal.operation, status_of(refusal))
            }
            Self::NotSent { operation, cause, .. } | Self::RateLimited { operation, cause, .. } => {
                (DetailCode::OperationNotSent, *operation, cause.clone())
            }
            Self::Interrupted { operation, cause, .. } => {
                (DetailCode::OperationNoResponse, *operation, cause.clone())
            }
            Self::UnexpectedResponse(response) => {
                (DetailCode::OperationUnexpected, response.operation, response.reason.clone())
            }
            other => return other.to_string().into(),
        };
        let operation = ("operation", DetailValue::Text(operation.to_owned()));
        let values = vec![operation, ("reason", DetailValue::Detail(reason))];
        Detail::new(code, values, self.to_string())
    }
}

/// The status of a refusal, what it says, and what to do.
fn status_of(refusal: &ApiError) -> Detail {
    let status = refusal.status.to_string();
    let said = [refusal.code.as_str(), refusal.message.as_str()].join(" ");
    let reason = match said.trim() {
        "" => detail!(HttpStatus, "HTTP {status}", status = status),
        said => detail!(HttpStatusSaid, "HTTP {status}: {said}", status = status, said = said),
    };
    match refusal.hint.clone() {
        Some(hint) => detail!(StatusAndHint, "{reason}; {hint}", reason = reason, hint = hint),
        None => reason,
    }
}

fn of_api(refusal: &ApiError) -> &'static str {
    let codes = quickrouter_api::error_codes();
    let known = codes.iter().find(|known| known.code == refusal.code).map(|known| known.code);
    let of_hint = || refusal.hint.as_ref().map(|hint| hint.code().as_str());
    known.or_else(of_hint).unwrap_or("api")
}

fn of_recovery(recovery: &Recovery) -> &'static str {
    match recovery {
        Recovery::NotAttempted => "not_attempted",
        Recovery::NotRelayed => "not_relayed",
        Recovery::Failed(_) => "search_failed",
        Recovery::Candidates(ids) if ids.is_empty() => "no_candidate",
        Recovery::Candidates(_) => "candidates",
    }
}

fn of_cancel(cancel: &CancelOutcome) -> &'static str {
    match cancel {
        CancelOutcome::NotRequested => "not_canceled",
        CancelOutcome::Requested(status) if status.is_terminal() => "cancel_confirmed",
        CancelOutcome::Requested(_) => "cancel_pending",
        CancelOutcome::Unconfirmed(_) => "cancel_unconfirmed",
    }
}
