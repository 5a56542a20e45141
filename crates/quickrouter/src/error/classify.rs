//! Classification of errors for programs: kind, whether the call may be repeated, and whether
//! something may be billed.

use crate::error::Error;
use crate::error::kind::ErrorKind;

impl Error {
    /// Returns the kind of this error, which names its variant.
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

    /// Returns whether repeating the same call may succeed and cannot create a second prediction.
    ///
    /// The client has already retried as far as the [`RetryPolicy`](crate::RetryPolicy) and the
    /// deadline allow; this is for programs that repeat the call later. It follows
    /// [`RETRY_TABLE`](crate::retry::RETRY_TABLE): `true` if the table retries the request, or if
    /// the rate limit left no time to send it. It is `false`:
    ///
    /// - if repeating changes nothing: a wrong key, an invalid input, a bad certificate;
    /// - if [`may_be_billed`](Self::may_be_billed) is `true`;
    /// - for every error of a `run` or a `wait` once the id is known. To continue with that
    ///   prediction, [wait](crate::Client::wait) for it by its id.
    ///
    /// # Examples
    /// ```no_run
    /// use std::time::Duration;
    /// use quickrouter::{Client, CreateRequest, Error, Prediction};
    ///
    /// async fn run_patiently(client: &Client, request: CreateRequest) -> Result<Prediction, Error> {
    ///     for _ in 0..3 {
    ///         match client.run(request.clone()).await {
    ///             Err(error) if error.is_retryable() => {
    ///                 eprintln!("nothing was created, trying again in a minute: {error}");
    ///                 tokio::time::sleep(Duration::from_secs(60)).await;
    ///             }
    ///             Err(error) if error.may_be_billed() => {
    ///                 eprintln!("check prediction {:?} first: {error}", error.prediction_id());
    ///                 return Err(error);
    ///             }
    ///             result => return result,
    ///         }
    ///     }
    ///     client.run(request).await
    /// }
    /// ```
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::NotSent { retryable, may_still_run, .. }
            | Self::Interrupted { retryable, may_still_run, .. } => *retryable && !may_still_run,
            Self::Api(refusal) => refusal.retryable && !refusal.may_still_run,
            Self::UnexpectedResponse(response) => response.retryable && !response.may_still_run,
            Self::RateLimited { .. } => true,
            Self::Configuration(_)
            | Self::File(_)
            | Self::InvalidId(_)
            | Self::InvalidRequest(_)
            | Self::InvalidInput { .. }
            | Self::OutcomeUnknown(_)
            | Self::PredictionFailed(_)
            | Self::Deadline(_)
            | Self::Output(_)
            | Self::Delivery(_) => false,
        }
    }

    /// Returns whether a prediction behind this error is, or may be, billed although the call
    /// failed: the outcome of its create is unknown, it failed, it may still run after the wait for
    /// it ended, or its outputs could not be saved.
    ///
    /// If `true`, repeating the create may pay twice: check
    /// [`prediction_id`](Self::prediction_id) first. It is `false` for a failed `get`, `cancel` or
    /// `list`: such a call creates nothing, and says nothing about what exists.
    pub fn may_be_billed(&self) -> bool {
        match self {
            Self::OutcomeUnknown(_)
            | Self::PredictionFailed(_)
            | Self::Deadline(_)
            | Self::Output(_) => true,
            Self::NotSent { may_still_run, .. } | Self::Interrupted { may_still_run, .. } => {
                *may_still_run
            }
            Self::Api(refusal) => refusal.may_still_run,
            Self::UnexpectedResponse(response) => response.may_still_run,
            Self::Configuration(_)
            | Self::File(_)
            | Self::InvalidId(_)
            | Self::InvalidRequest(_)
            | Self::InvalidInput { .. }
            | Self::RateLimited { .. }
            | Self::Delivery(_) => false,
        }
    }
}
