//! Canceling after a deadline or for an orphaned prediction.

use std::time::Duration;

use quickrouter_api::routes;
use tokio::time::Instant;

use crate::calls::idempotent::IdempotentCall;
use crate::core::context::Context;
use crate::detail::{Detail, detail};
use crate::model::prediction::Prediction;
use crate::model::prediction_id::PredictionId;

/// How long after a deadline a create with an unknown outcome may be recovered and a running
/// prediction canceled.
pub(crate) const GRACE_PERIOD: Duration = Duration::from_secs(5);

/// Requests a cancel until [`GRACE_PERIOD`] after `since`. Returns the response, or why there is
/// none.
pub(crate) async fn cancel_within_grace(
    context: &Context,
    id: &PredictionId,
    since: Instant,
) -> Result<Prediction, Detail> {
    let deadline = since + GRACE_PERIOD;
    let remaining = deadline.saturating_duration_since(Instant::now());
    let cancel = IdempotentCall::Cancel(id).prediction(context, deadline);
    match tokio::time::timeout_at(deadline, cancel).await {
        Ok(result) => result.map_err(|error| error.detail()),
        Err(_) => {
            let operation = routes::CANCEL_PREDICTION.operation;
            Err(detail!(
                OperationNoResponseIn,
                "{operation} got no response in {time}",
                operation = operation,
                time = format!("{remaining:.1?}")
            ))
        }
    }
}
