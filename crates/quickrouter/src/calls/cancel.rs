//! Asking for a cancel when time is up or nobody waits any more.

use std::time::Duration;

use quickrouter_api::routes;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

/// How long after a deadline there is time left to tidy up: to look for a create whose outcome is
/// unknown, and to cancel what runs.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// Asks for a cancel until [`GRACE`] after `since`; what came back, or why nothing did.
pub(crate) async fn within_grace(
    context: &Context,
    id: &PredictionId,
    since: Instant,
) -> Result<Prediction, String> {
    let deadline = since + GRACE;
    let left = deadline.saturating_duration_since(Instant::now());
    let cancel = IdempotentCall::Cancel(id).prediction(context, deadline);
    match tokio::time::timeout_at(deadline, cancel).await {
        Ok(answered) => answered.map_err(|error| error.to_string()),
        Err(_) => {
            let operation = routes::CANCEL_PREDICTION.operation;
            Err(format!("{operation} got no answer in {left:.1?}"))
        }
    }
}
