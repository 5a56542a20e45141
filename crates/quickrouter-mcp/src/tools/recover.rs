//! Looks for the prediction of a request whose outcome nobody noted: its server ended between the create
//! and the response. Creates nothing.

use std::time::{Duration, SystemTime};

use quickrouter::{CreateRequest, PredictionId, Recovered};

use tokio::time::Instant;

use crate::error::{Kind, ToolError};
use crate::store::{Change, Record, State};
use crate::tools::{Call, Tools, unreadable};

/// How long after it was armed another server may still be creating a request.
const CREATING: Duration = Duration::from_secs(60);

/// How often it is looked whether it has.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

impl Tools {
    /// A record, once the server that armed it a moment ago has noted an outcome.
    pub(crate) async fn settled(
        &self,
        mut record: Record,
        call: &Call<'_>,
    ) -> Result<Record, ToolError> {
        let is_fresh = |record: &Record| {
            let age = SystemTime::now().duration_since(record.armed_at);
            // One in the future, by a clock that was set back, may be fresh.
            record.state == State::Armed && age.map_or(true, |age| age < CREATING)
        };
        while is_fresh(&record) && Instant::now() + POLL_INTERVAL < call.latest {
            tokio::time::sleep(POLL_INTERVAL).await;
            let found = self.store.find(&record.request.request_id).await;
            record = found.map_err(|error| unreadable(&error))?.unwrap_or(record);
        }
        Ok(record)
    }

    /// The prediction of a request of unknown outcome, if it is the only one that can be it.
    ///
    /// # Errors
    /// None can, several can, or the gateway's list does not tell.
    pub(crate) async fn recover(
        &self,
        record: &Record,
        request: CreateRequest,
    ) -> Result<PredictionId, ToolError> {
        let twins = self.store.unfinished().await.map_err(|error| unreadable(&error))?;
        let is_twin = |other: &&Record| {
            other.request.fingerprint == record.request.fingerprint
                && matches!(other.state, State::Armed | State::Unknown)
        };
        if twins.iter().filter(is_twin).count() > 1 {
            let why = "Another request_id with the same arguments is in doubt, too.";
            return Err(unknown(record, why));
        }
        let recovered = self.client.recover(request, record.armed_at).await;
        let candidates = match recovered {
            Ok(Recovered::One(prediction)) => vec![*prediction],
            Ok(Recovered::Several(candidates)) => candidates,
            Ok(Recovered::None) => Vec::new(),
            Ok(Recovered::Incomplete { reason, .. }) => {
                let why = format!("The gateway's list does not tell: {reason}.");
                return Err(unknown(record, &why));
            }
            Err(error) => {
                let why = format!("The gateway's list cannot be read: {error}.");
                return Err(unknown(record, &why));
            }
        };
        let mut ours = Vec::new();
        for id in candidates.iter().filter_map(|candidate| candidate.id()) {
            let known = self.store.find_prediction(id.as_str()).await;
            if known.map_err(|error| unreadable(&error))?.is_none() {
                ours.push(id.clone());
            }
        }
        match ours.as_slice() {
            [id] => {
                let created = Change::Created { id: id.as_str().to_owned() };
                let noted = self.store.change(&record.request.request_id, created).await;
                noted.map_err(|error| unreadable(&error).of_prediction(Some(id)))?;
                Ok(id.clone())
            }
            [] => Err(unknown(record, "The gateway lists no prediction that can be it.")),
            several => {
                let ids: Vec<_> = several.iter().map(PredictionId::as_str).collect();
                let why = format!("Each of these can be it: {}.", ids.join(", "));
                Err(unknown(record, &why))
            }
        }
    }
}

/// Why an outcome is unknown where it was not looked for.
pub(crate) const NOT_NOTED: &str = "The server that sent it did not note an outcome. The same call again, \
    with the same arguments, looks for it and creates nothing.";

/// The error of a request whose outcome stays unknown.
pub(crate) fn unknown(record: &Record, why: &str) -> ToolError {
    let message = format!(
        "It is unknown whether {} was created for the request_id `{}`. {why}",
        record.request.model, record.request.request_id
    );
    let next = "It may have been billed, and is not created again under this request_id. Ask a person to \
                look at the gateway's list of predictions before a create with a new request_id.";
    let error = ToolError::new(Kind::OutcomeUnknown, message, next).billed();
    error.of_request(&record.request.request_id)
}
