//! Finds the prediction that a call is about.

use quickrouter::PredictionId;

use crate::error::{Kind, ToolError};
use crate::inputs::arguments::Handle;
use crate::jobs::Job;
use crate::store::{Record, State};
use crate::tools::recover::{NOT_NOTED, unknown};
use crate::tools::{Tools, unreadable};

/// What is known of a prediction.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) job: Option<Job>,
    pub(crate) record: Option<Record>,
    pub(crate) id: Option<PredictionId>,
}

impl Tools {
    /// Finds a prediction by its id or by its request id.
    pub(crate) async fn find(&self, handle: &Handle) -> Result<Found, ToolError> {
        match handle {
            Handle::Id(id) => {
                let job = self.jobs.of_prediction(id);
                let record = self.store.find_prediction(id.as_str()).await;
                let record = record.map_err(|error| unreadable(&error))?;
                Ok(Found { job, record, id: Some(id.clone()) })
            }
            Handle::RequestId(request_id) => {
                let job = self.jobs.of_request(request_id);
                let record = self.store.find(request_id).await;
                let record = record.map_err(|error| unreadable(&error))?;
                let record = record.filter(|record| record.state != State::Released);
                let id = match (&job, &record) {
                    (Some(job), _) => job.id(),
                    (None, Some(record)) => id_of(record)?,
                    (None, None) => return Err(unused(request_id)),
                };
                // What has ended without an id was saved from the response to its create.
                if let Some(record) = &record
                    && id.is_none()
                    && job.is_none()
                    && record.state != State::Ended
                {
                    return Err(unknown(record, NOT_NOTED));
                }
                Ok(Found { job, record, id })
            }
        }
    }
}

/// The id of a record's prediction.
pub(crate) fn id_of(record: &Record) -> Result<Option<PredictionId>, ToolError> {
    let id = record.id.as_ref().map(PredictionId::new).transpose();
    id.map_err(|error| ToolError::new(Kind::Store, error.to_string(), ""))
}

fn unused(request_id: &str) -> ToolError {
    let message = format!("No prediction was created with the request_id `{request_id}`.");
    ToolError::new(Kind::NotFound, message, "Name the request_id of an earlier call, or an id.")
}
