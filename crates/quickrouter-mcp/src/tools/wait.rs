//! `wait_prediction`: waits for a prediction and saves its outputs.

use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::store::State;
use crate::tools::report::Warnings;
use crate::tools::{Call, Tools};

impl Tools {
    pub(crate) async fn wait(
        &self,
        given: JsonObject,
        call: &Call<'_>,
    ) -> Result<CallToolResult, ToolError> {
        let found = self.find(&arguments::handle_only(given)?).await?;
        let job = match (found.job, found.record, found.id) {
            (Some(job), _, _) => job,
            (None, Some(record), _) if record.state == State::Ended => {
                return self.ended(&record).await;
            }
            (None, record, Some(id)) => self.jobs.follow(&id, record.map(|record| record.request)),
            (None, _, None) => unreachable!("a prediction that has not ended has a job or an id"),
        };
        self.watched(job, call, Warnings::new()).await
    }
}
