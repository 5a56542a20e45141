//! One attempt to find a create whose outcome is unknown.

use std::time::Duration;

use quickrouter_api::routes;
use reqwest::header::DATE;
use serde_json::Value;
use tokio::time::Instant;

use crate::calls::cancel::GRACE;
use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::core::registry::InFlight;
use crate::error::Error;
use crate::error::details::Recovery;
use crate::http::outcome::{JsonResponse, Outcome};
use crate::http::response_error;
use crate::model::page::results_of;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;
use crate::request::requested::Requested;

/// How far the clock behind `created_at` may lag behind the one behind `Date`.
const CLOCKS_APART: Duration = Duration::from_secs(1);

/// The prediction if it was found beyond doubt, else what the search showed. `shown` is the id in
/// what came back; `sent` is when the create set out.
pub(crate) async fn find(
    context: &Context,
    in_flight: &InFlight<'_>,
    shown: Option<&PredictionId>,
    sent: Instant,
) -> Result<Prediction, Recovery> {
    if !context.retry.recovers_unknown() {
        return Err(Recovery::NotAttempted);
    }
    let latest = Instant::now() + GRACE;
    let somebodys = shown.filter(|id| !context.registry.is_new(id));
    let read = shown.map_or(IdempotentCall::List(None), IdempotentCall::Get);
    let found = match tokio::time::timeout_at(latest, read.attempt_permitted(context, latest)).await
    {
        Err(_) => return Err(Recovery::Failed(format!("no answer in {GRACE:?}"))),
        Ok(Err(denied)) => return Err(Recovery::Failed(denied.to_string())),
        // It was in the answer to our create, so it is ours, unless it is plainly not.
        Ok(Ok(Outcome::Prediction(_, prediction))) => {
            let ours = somebodys.is_none() && in_flight.requested.may_be(&prediction);
            let shown = shown.into_iter().cloned().collect();
            return if ours { Ok(prediction) } else { Err(Recovery::Candidates(shown)) };
        }
        Ok(Ok(Outcome::Success(page))) => match in_page(context, &in_flight.requested, &page, sent)
        {
            Some(found) => found,
            None => return Err(Recovery::Failed("the list has no results".to_owned())),
        },
        Ok(Ok(Outcome::Status(answer)))
            if response_error::is_not_relayed(routes::LIST_PREDICTIONS, &answer)
                && shown.is_none() =>
        {
            return Err(Recovery::NotRelayed);
        }
        Ok(Ok(outcome)) => return Err(Recovery::Failed(in_short(read.error(context, outcome)))),
    };
    match found {
        Found { mut fitting, dated: true } if fitting.len() == 1 => {
            let only = fitting.remove(0);
            match only.id() {
                Some(id) if in_flight.claim(id) => Ok(only),
                id => Err(Recovery::Candidates(id.cloned().into_iter().collect())),
            }
        }
        Found { fitting, .. } => {
            let ids = fitting.iter().filter_map(Prediction::id).cloned();
            Err(Recovery::Candidates(ids.collect()))
        }
    }
}

/// Why the search failed, for the inside of another message.
fn in_short(error: Error) -> String {
    match error {
        Error::Api(refusal) => format!("HTTP {}; {}", refusal.status, refusal.hint),
        Error::Interrupted { cause, .. } | Error::NotSent { cause, .. } => cause,
        Error::UnexpectedResponse(answer) => answer.reason,
        other => other.to_string(),
    }
}

/// Predictions that may be the one looked for.
struct Found {
    fitting: Vec<Prediction>,
    /// Whether it is known that they are not older than the create.
    dated: bool,
}

fn in_page(
    context: &Context,
    requested: &Requested,
    page: &JsonResponse,
    sent: Instant,
) -> Option<Found> {
    let date = page.headers.get(DATE).and_then(|date| date.to_str().ok());
    let date = date.and_then(|date| httpdate::parse_http_date(date).ok());
    let since = date.and_then(|now| now.checked_sub(sent.elapsed() + CLOCKS_APART));
    let entries = results_of(page.document.tree())?;
    let fits = |prediction: &Prediction| {
        let young = match (since, prediction.created()) {
            (Some(since), Some(created)) => created >= since,
            (Some(_), None) => false,
            (None, _) => true,
        };
        young
            && requested.is_of(prediction)
            && prediction.id().is_some_and(|id| context.registry.is_new(id))
    };
    let read = |entry: &Value| Prediction::read(&entry.clone().into()).ok();
    let fitting = entries.iter().filter_map(read).filter(fits).collect();
    Some(Found { fitting, dated: since.is_some() })
}
