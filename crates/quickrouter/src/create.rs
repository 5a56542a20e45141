//! Sending a create, with rule 1 in mind: never pay twice.

use bytes::Bytes;
use quickrouter_api::{Route, routes};
use tokio::time::Instant;

use crate::answer;
use crate::connection::Connection;
use crate::error::{Error, UnknownOutcome};
use crate::prediction::{Prediction, PredictionId};
use crate::refusal;
use crate::request::{Body, Prepared};
use crate::retry::{self, Verdict};
use crate::send::{self, Outcome, Success};

/// Sends until it is accepted, refused, unknown, or the deadline leaves no time.
pub(crate) async fn send(
    connection: &Connection,
    prepared: &Prepared,
    deadline: Instant,
) -> Result<Prediction, Error> {
    let (body, retry) = (prepared.body(), &connection.retry);
    // One that is sent too late to be answered, or to be seen not to connect, would be of unknown
    // outcome.
    let latest = deadline - connection.wait.margin().max(connection.connect_timeout);
    if prepared.stop.is_given() {
        return Err(Error::NotSent {
            operation: route(&body).operation,
            prediction_id: None,
            cause: "it was stopped before".to_owned(),
            source: None,
        });
    }
    let mut attempts = 0;
    loop {
        attempts += 1;
        let outcome = attempt(connection, &body, deadline).await;
        let pause = match retry::after_create(&outcome, connection.clock.now()) {
            Verdict::Done => return accepted(connection, outcome, prepared),
            Verdict::Unknown => return Err(unknown(outcome)),
            Verdict::Refused => return Err(refused(connection, &body, outcome)),
            Verdict::AgainCounted if retry.spent(attempts) => {
                return Err(refused(connection, &body, outcome));
            }
            Verdict::AgainCounted => retry.pause(None, attempts),
            Verdict::AgainAfter(asked) => retry.pause(asked, attempts),
        };
        if pause < latest.saturating_duration_since(Instant::now()) {
            tracing::warn!(?pause, "not accepted ({}), sending again", outcome.in_words());
        }
        let again = tokio::select! {
            biased;
            () = prepared.stop.given() => false,
            again = retry::pause(pause, latest) => again,
        };
        if !again {
            return Err(refused(connection, &body, outcome));
        }
    }
}

async fn attempt(connection: &Connection, body: &Body, deadline: Instant) -> Outcome {
    let api = connection.api(deadline);
    match body {
        Body::ByVersion(body) => send::outcome(api.create_prediction(None, None, body)).await,
        Body::ByModel { owner, name, body } => {
            send::outcome(api.create_model_prediction(owner, name, None, None, body)).await
        }
    }
}

fn accepted(
    connection: &Connection,
    outcome: Outcome,
    prepared: &Prepared,
) -> Result<Prediction, Error> {
    let Outcome::Success(Success { status, headers, value }) = outcome else {
        return Err(unknown(outcome));
    };
    match Prediction::read(value) {
        Ok(prediction) => {
            if let Some(id) = prediction.id() {
                tracing::info!(prediction = %id, "created");
                connection.remember(id);
            }
            Ok(prediction.with_warnings(prepared.warnings.clone()))
        }
        Err((reason, raw)) => {
            let body = Bytes::from(raw.to_string());
            Err(Error::OutcomeUnknown(Box::new(UnknownOutcome {
                cause: format!("the answer is no prediction: {reason}"),
                status: Some(status.as_u16()),
                request_id: answer::request_id(&headers, &body),
                prediction_id: raw["id"].as_str().and_then(|id| PredictionId::new(id).ok()),
                body,
            })))
        }
    }
}

fn unknown(outcome: Outcome) -> Error {
    let cause = outcome.in_words();
    let answer = outcome.into_answer();
    let (status, body, request_id) = match answer {
        Some(answer) => {
            let request_id = answer::request_id(&answer.headers, &answer.body);
            (Some(answer.status.as_u16()), answer.body, request_id)
        }
        None => (None, Bytes::new(), None),
    };
    let prediction_id = status.filter(|status| *status < 300).and_then(|_| id_in(&body));
    Error::OutcomeUnknown(Box::new(UnknownOutcome {
        cause,
        status,
        body,
        request_id,
        prediction_id,
    }))
}

fn route(body: &Body) -> Route {
    match body {
        Body::ByVersion(_) => routes::CREATE_PREDICTION,
        Body::ByModel { .. } => routes::CREATE_MODEL_PREDICTION,
    }
}

fn refused(connection: &Connection, body: &Body, outcome: Outcome) -> Error {
    refusal::error(route(body), None, outcome, connection.clock.now())
}

/// The id in a prediction that cannot be read as a whole, such as one that broke off.
fn id_in(body: &[u8]) -> Option<PredictionId> {
    let text = String::from_utf8_lossy(body);
    let (_, rest) = text.split_once("\"id\"")?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let (id, _) = rest.split_once('"')?;
    let plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    plain.then(|| PredictionId::new(id).ok())?
}
