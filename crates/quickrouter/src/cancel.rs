//! Asking for a cancel when time is up or nobody waits any more.

use std::time::Duration;

use quickrouter_api::routes;
use tokio::time::Instant;

use crate::connection::Connection;
use crate::prediction::{Prediction, PredictionId};
use crate::read::Read;

/// How long after a deadline there is time left to tidy up: to cancel what runs, or to look for a
/// create whose outcome is unknown.
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// Asks for a cancel, for a few seconds; what came back, or why nothing did.
pub(crate) async fn within_grace(
    connection: &Connection,
    id: &PredictionId,
) -> Result<Prediction, String> {
    let deadline = Instant::now() + GRACE;
    let cancel = Read::Cancel(id).prediction(connection, deadline);
    match tokio::time::timeout_at(deadline, cancel).await {
        Ok(answered) => answered.map_err(|error| error.to_string()),
        Err(_) => {
            let operation = routes::CANCEL_PREDICTION.operation;
            Err(format!("{operation} got no answer in {GRACE:?}"))
        }
    }
}
