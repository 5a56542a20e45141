//! Idempotent calls: get, cancel, list, upload, delete, and the webhook secret.

use std::sync::Arc;
use std::time::Duration;

use quickrouter_api::{Route, routes};
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::upload;
use crate::core::context::{Api, Context};
use crate::detail::Detail;
use crate::error::Error;
use crate::error::details::UnexpectedResponse;
use crate::http::headers;
use crate::http::outcome::{self, JsonResponse, Outcome};
use crate::http::retry::{Call, NotSent, Retry};
use crate::http::retry_table::{self, Decision};
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::model::uploaded_file::FileId;
use crate::rate_limit::denied::Denied;
use crate::request::local_file::LocalFile;

/// A call that may safely be repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IdempotentCall<'a> {
    Get(&'a PredictionId),
    Cancel(&'a PredictionId),
    List(Option<&'a str>),
    Upload(&'a Arc<LocalFile>),
    DeleteFile(&'a FileId),
    WebhookSecret,
}

/// A call with what its attempts need.
struct Pending<'a> {
    call: IdempotentCall<'a>,
    context: &'a Context,
    deadline: Instant,
}

impl Call for Pending<'_> {
    type Outcome = Outcome;

    async fn attempt(&mut self) -> Outcome {
        // Boxed, so that a call waiting for a permit does not hold the memory of a request.
        Box::pin(self.call.once(self.context, self.deadline)).await
    }

    fn decide(&self, outcome: &Outcome) -> Decision {
        self.call.decide(self.context, outcome)
    }

    fn name(&self) -> String {
        let about = self.call.id().map(|id| format!(" of prediction {id}")).unwrap_or_default();
        format!("{}{about}", self.call.route().operation)
    }
}

impl IdempotentCall<'_> {
    fn route(self) -> Route {
        match self {
            Self::Get(_) => routes::GET_PREDICTION,
            Self::Cancel(_) => routes::CANCEL_PREDICTION,
            Self::List(_) => routes::LIST_PREDICTIONS,
            Self::Upload(_) => routes::UPLOAD_FILE,
            Self::DeleteFile(_) => routes::DELETE_FILE,
            Self::WebhookSecret => routes::GET_WEBHOOK_SECRET,
        }
    }

    fn id(self) -> Option<PredictionId> {
        match self {
            Self::Get(id) | Self::Cancel(id) => Some(id.clone()),
            Self::List(_) | Self::Upload(_) | Self::DeleteFile(_) | Self::WebhookSecret => None,
        }
    }

    /// Sends the call once, without a permit.
    pub(crate) async fn once(self, context: &Context, deadline: Instant) -> Outcome {
        if let Self::Get(id) | Self::Cancel(id) = self {
            context.registry.record_requested(id);
        }
        let Api { client, kept } = context.api(deadline, Duration::ZERO);
        let called = match self {
            Self::Get(id) => client.get_prediction(id.as_str()).await,
            Self::Cancel(id) => client.cancel_prediction(id.as_str()).await,
            Self::List(cursor) => client.list_predictions(cursor).await,
            Self::DeleteFile(id) => match client.delete_file(id.as_str()).await {
                Ok(deleted) => deleted.map(|()| Value::Null),
                Err(error) => Err(error),
            },
            Self::WebhookSecret => client.get_webhook_secret().await,
            // Boxed, because no other call needs that much memory.
            Self::Upload(file) => return Box::pin(upload::once(file, context, deadline)).await,
        };
        let outcome = outcome::outcome(called, &kept).await;
        match self {
            Self::Get(id) | Self::Cancel(id) => {
                let outcome = outcome.into_polled(id);
                let Outcome::Prediction(headers, prediction) = outcome else { return outcome };
                context.registry.confirm(id);
                Outcome::Prediction(
                    headers,
                    prediction.with_expected(context.registry.expected(id)),
                )
            }
            _ => outcome,
        }
    }

    /// The retry table's decision about an attempt.
    pub(crate) fn decide(self, context: &Context, outcome: &Outcome) -> Decision {
        let missing = matches!(outcome, Outcome::Status(response) if response.status == 404);
        let fresh = missing && self.id().is_some_and(|id| context.registry.is_fresh(&id));
        retry_table::of_idempotent(outcome, fresh)
    }

    /// Sends the call once, when a permit is available.
    pub(crate) async fn attempt_permitted(
        self,
        context: &Context,
        deadline: Instant,
    ) -> Result<Outcome, Denied> {
        let mut pending = Pending { call: self, context, deadline };
        let result = self.retry(context, deadline).once(&mut pending, 1).await;
        result.map_err(|not_sent| not_sent.denied)
    }

    /// Sends the call until it is final, attempts are exhausted, or the deadline leaves no time.
    /// Returns the last outcome.
    async fn last_outcome(self, context: &Context, deadline: Instant) -> Result<Outcome, Error> {
        let mut pending = Pending { call: self, context, deadline };
        match self.retry(context, deadline).run(&mut pending).await {
            Ok((outcome, _)) | Err(NotSent { last: Some(outcome), .. }) => Ok(outcome),
            Err(NotSent { last: None, denied }) => Err(self.rate_limited(&denied)),
        }
    }

    fn retry(self, context: &Context, deadline: Instant) -> Retry<'_> {
        Retry {
            policy: &context.retry,
            clock: &context.clock,
            // Cancels save money and are rare, so they need no permit.
            ticket: (!matches!(self, Self::Cancel(_))).then(|| context.reads.ticket()),
            latest: deadline,
            deadline: None,
            cancelled: None,
        }
    }

    /// Sends the call and returns the prediction in the response.
    pub(crate) async fn prediction(
        self,
        context: &Context,
        deadline: Instant,
    ) -> Result<Prediction, Error> {
        match self.last_outcome(context, deadline).await? {
            Outcome::Prediction(_, prediction) => Ok(prediction),
            outcome => Err(self.error(context, outcome)),
        }
    }

    /// Sends the call and returns its JSON response.
    pub(crate) async fn document(
        self,
        context: &Context,
        deadline: Instant,
    ) -> Result<JsonResponse, Error> {
        match self.last_outcome(context, deadline).await? {
            Outcome::Success(response) => Ok(response),
            outcome => Err(self.error(context, outcome)),
        }
    }

    /// Sends a call whose response has no content.
    pub(crate) async fn done(self, context: &Context, deadline: Instant) -> Result<(), Error> {
        match self.last_outcome(context, deadline).await? {
            Outcome::Success(_) => Ok(()),
            Outcome::Status(response) if response.status.is_success() => Ok(()),
            outcome => Err(self.error(context, outcome)),
        }
    }

    fn rate_limited(self, denied: &Denied) -> Error {
        let (operation, prediction_id) = (self.route().operation, self.id());
        let (cause, opens_in) = (denied.detail(), denied.opens);
        Error::RateLimited { operation, prediction_id, cause, opens_in }
    }

    /// The error for a response that does not match the contract.
    pub(crate) fn unexpected_response(self, reason: Detail, response: &JsonResponse) -> Error {
        let body = response.document.text();
        Error::UnexpectedResponse(Box::new(UnexpectedResponse {
            operation: self.route().operation,
            prediction_id: self.id(),
            status: response.status.as_u16(),
            reason,
            request_id: headers::request_id(&response.headers, &body),
            body,
            may_still_run: false,
            // As the retry table has it for all but a create.
            retryable: true,
        }))
    }

    /// The error for an unsuccessful outcome.
    pub(crate) fn error(self, context: &Context, outcome: Outcome) -> Error {
        match outcome {
            Outcome::Unexpected(response, reason) => self.unexpected_response(reason, &response),
            Outcome::FileChanged(why) => Error::File(why),
            outcome => context.error(self.route(), self.id(), outcome),
        }
    }
}
