//! Requests that may be asked again: get, cancel, list.

use bytes::Bytes;
use quickrouter_api::{Route, routes};
use tokio::time::Instant;

use crate::answer;
use crate::connection::Connection;
use crate::error::{Error, NotUnderstood};
use crate::prediction::{Prediction, PredictionId};
use crate::refusal;
use crate::retry::{self, Verdict};
use crate::send::{self, Outcome, Success};

/// A request that changes nothing, or nothing more when it is asked twice.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read<'a> {
    Get(&'a PredictionId),
    Cancel(&'a PredictionId),
    List(Option<&'a str>),
}

impl Read<'_> {
    fn route(self) -> Route {
        match self {
            Self::Get(_) => routes::GET_PREDICTION,
            Self::Cancel(_) => routes::CANCEL_PREDICTION,
            Self::List(_) => routes::LIST_PREDICTIONS,
        }
    }

    fn id(self) -> Option<PredictionId> {
        match self {
            Self::Get(id) | Self::Cancel(id) => Some(id.clone()),
            Self::List(_) => None,
        }
    }

    /// Asks once.
    pub(crate) async fn once(self, connection: &Connection, deadline: Instant) -> Outcome {
        let api = connection.api(deadline);
        match self {
            Self::Get(id) => send::outcome(api.get_prediction(id.as_str())).await,
            Self::Cancel(id) => send::outcome(api.cancel_prediction(id.as_str())).await,
            Self::List(cursor) => send::outcome(api.list_predictions(cursor)).await,
        }
    }

    /// What to do after an attempt.
    pub(crate) fn verdict(self, connection: &Connection, outcome: &Outcome) -> Verdict {
        let fresh = self.id().is_some_and(|id| connection.is_fresh(&id));
        retry::after_read(outcome, fresh, connection.clock.now())
    }

    /// Asks until there is an answer, the attempts are spent, or the deadline leaves no time.
    pub(crate) async fn answered(
        self,
        connection: &Connection,
        deadline: Instant,
    ) -> Result<Success, Error> {
        let retry = &connection.retry;
        let mut attempts = 0;
        loop {
            attempts += 1;
            let outcome = self.once(connection, deadline).await;
            let asked = match self.verdict(connection, &outcome) {
                Verdict::AgainCounted => None,
                Verdict::AgainAfter(asked) => asked,
                _ => return self.settle(connection, outcome),
            };
            // A prediction that is not there yet has its own, short, time limit.
            let not_there_yet = matches!(&outcome, Outcome::Status(a) if a.status == 404);
            if retry.spent(attempts) && !not_there_yet {
                return self.settle(connection, outcome);
            }
            let pause = retry.pause(asked, attempts);
            let about = self.id().map(|id| format!(" of prediction {id}")).unwrap_or_default();
            let (operation, problem) = (self.route().operation, outcome.in_words());
            tracing::warn!(?pause, "{operation}{about} failed ({problem}), asking again");
            if !retry::pause(pause, deadline).await {
                return self.settle(connection, outcome);
            }
        }
    }

    /// Asks, and reads the answer as a prediction.
    pub(crate) async fn prediction(
        self,
        connection: &Connection,
        deadline: Instant,
    ) -> Result<Prediction, Error> {
        self.read(self.answered(connection, deadline).await?)
    }

    /// Reads an answer as a prediction.
    pub(crate) fn read(self, answer: Success) -> Result<Prediction, Error> {
        let Success { status, headers, value } = answer;
        let not_this =
            |reason, value| self.not_understood(reason, &Success { status, headers, value });
        match (Prediction::read(value), self.id()) {
            (Err((reason, raw)), _) => Err(not_this(reason, raw)),
            (Ok(prediction), Some(asked)) => match prediction.id() {
                Some(id) if *id != asked => {
                    let reason = format!("it is about another prediction, {id}");
                    Err(not_this(reason, prediction.into_raw()))
                }
                _ => Ok(prediction.with_id(asked)),
            },
            (Ok(prediction), None) => Ok(prediction),
        }
    }

    /// The error for an answer of another form than the contract's.
    pub(crate) fn not_understood(self, reason: String, answer: &Success) -> Error {
        let body = Bytes::from(answer.value.to_string());
        Error::NotUnderstood(Box::new(NotUnderstood {
            operation: self.route().operation,
            prediction_id: self.id(),
            status: answer.status.as_u16(),
            reason,
            request_id: answer::request_id(&answer.headers, &body),
            body,
        }))
    }

    /// A success as it is, everything else as an error.
    pub(crate) fn settle(
        self,
        connection: &Connection,
        outcome: Outcome,
    ) -> Result<Success, Error> {
        match outcome {
            Outcome::Success(answer) => Ok(answer),
            outcome => {
                let now = connection.clock.now();
                Err(refusal::error(self.route(), self.id(), outcome, now))
            }
        }
    }
}
