//! One attempt to recover a create with an unknown outcome.

use quickrouter_api::routes;
use tokio::time::Instant;

use crate::calls::cancel::GRACE_PERIOD;
use crate::calls::idempotent::IdempotentCall;
use crate::calls::pages;
use crate::calls::window::{Place, Window};
use crate::core::context::Context;
use crate::core::registry::InFlight;
use crate::detail::{Detail, detail};
use crate::error::Error;
use crate::error::details::Recovery;
use crate::http::outcome::{JsonResponse, Outcome};
use crate::http::response_error;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::requested::Requested;

/// Returns the prediction if it is identified beyond doubt, else what the search found. `shown_id`
/// is the id in the response to the create, `sent` is when the create was sent.
pub(crate) async fn recover(
    context: &Context,
    in_flight: &InFlight<'_>,
    shown_id: Option<&PredictionId>,
    sent: Instant,
) -> Result<Prediction, Recovery> {
    if !context.retry.recovers_unknown() {
        return Err(Recovery::NotAttempted);
    }
    let latest = Instant::now() + GRACE_PERIOD;
    let already_known = shown_id.filter(|id| !context.registry.is_new(id));
    let read = shown_id.map_or(IdempotentCall::List(None), IdempotentCall::Get);
    let candidates = match tokio::time::timeout_at(latest, read.attempt_permitted(context, latest))
        .await
    {
        Err(_) => return Err(Recovery::Failed(no_response())),
        Ok(Err(denied)) => return Err(Recovery::Failed(denied.detail())),
        // Its id was in the response to our create, so it is ours unless it clearly differs.
        Ok(Ok(Outcome::Prediction(_, prediction))) => {
            let ours = already_known.is_none() && in_flight.requested.may_be(&prediction);
            let shown_id = shown_id.into_iter().cloned().collect();
            return if ours { Ok(prediction) } else { Err(Recovery::Candidates(shown_id)) };
        }
        Ok(Ok(Outcome::Success(page))) => match in_page(context, &in_flight.requested, &page, sent)
        {
            Some(candidates) => candidates,
            None => return Err(Recovery::Failed(no_results())),
        },
        Ok(Ok(Outcome::Status(response)))
            if response_error::is_not_relayed(routes::LIST_PREDICTIONS, &response)
                && shown_id.is_none() =>
        {
            return Err(Recovery::NotRelayed);
        }
        Ok(Ok(outcome)) => return Err(Recovery::Failed(in_short(read.error(context, outcome)))),
    };
    match candidates {
        Candidates { mut matching, dated: true } if matching.len() == 1 => {
            let only = matching.remove(0);
            match only.id() {
                Some(id) if in_flight.claim(id) => Ok(only),
                id => Err(Recovery::Candidates(id.cloned().into_iter().collect())),
            }
        }
        Candidates { matching, .. } => {
            let ids = matching.iter().filter_map(Prediction::id).cloned();
            Err(Recovery::Candidates(ids.collect()))
        }
    }
}

fn no_response() -> Detail {
    detail!(NoResponseIn, "no response in {time}", time = format!("{GRACE_PERIOD:?}"))
}

fn no_results() -> Detail {
    detail!(ListNoResults, "the list has no results")
}

/// Why the search failed, for use inside another message.
fn in_short(error: Error) -> Detail {
    match error {
        Error::Api(refusal) => {
            let status = refusal.status.to_string();
            let reason = detail!(HttpStatus, "HTTP {status}", status = status);
            match refusal.hint {
                Some(hint) => {
                    detail!(StatusAndHint, "{reason}; {hint}", reason = reason, hint = hint)
                }
                None => reason,
            }
        }
        Error::Interrupted { cause, .. } | Error::NotSent { cause, .. } => cause,
        Error::UnexpectedResponse(response) => response.reason,
        other => other.to_string().into(),
    }
}

/// Predictions that may be the result of the create.
struct Candidates {
    matching: Vec<Prediction>,
    /// Whether they are known not to be older than the create.
    dated: bool,
}

fn in_page(
    context: &Context,
    requested: &Requested,
    page: &JsonResponse,
    sent: Instant,
) -> Option<Candidates> {
    let window = Window::of(&page.headers, sent.elapsed());
    let fits = |prediction: &Prediction| {
        let recent = match window.place(prediction) {
            Place::Inside => true,
            Place::Before => false,
            Place::Unknown => !window.is_dated(),
        };
        recent
            && requested.is_of(prediction)
            && prediction.id().is_some_and(|id| context.registry.is_new(id))
    };
    let entries = pages::entries(context, page)?;
    let matching = entries.into_iter().filter_map(Result::ok).filter(fits).collect();
    Some(Candidates { matching, dated: window.is_dated() })
}
