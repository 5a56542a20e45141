//! What an error means to a program: its kind, whether the call may be repeated, and whether
//! something may be billed.

use crate::error::Error;
use crate::error::kind::ErrorKind;

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

    /// Whether the same call, made again, may succeed and is certain not to create a second
    /// prediction.
    ///
    /// The client has tried again already, as the [`RetryPolicy`](crate::RetryPolicy) and the deadline
    /// allow. This is for a program that wants to go on after that, later. It follows
    /// [`RETRY_TABLE`](crate::retry::RETRY_TABLE): `true` where the table sends the request again, and where
    /// the rate limit left no time to send it. It is `false`:
    ///
    /// - where a repetition changes nothing: a wrong key, a refused input, a bad certificate;
    /// - where [`may_be_billed`](Self::may_be_billed) is `true`;
    /// - for every error of a `run` or a `wait` from the moment the id is known. To go on with that
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
    ///                 eprintln!("look at prediction {:?} first: {error}", error.prediction_id());
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

    /// Whether there is, or may be, a prediction behind this error that is billed although the call
    /// failed: the outcome of its create is unknown, it failed, it may run on after the wait for it
    /// ended, or its outputs could not be saved.
    ///
    /// Where it is `true`, repeating the call that creates pays twice: look at
    /// [`prediction_id`](Self::prediction_id) first. It is `false` for a `get`, a `cancel` or a `list`
    /// that failed: that call created nothing, and says nothing about what exists.
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
