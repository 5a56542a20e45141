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
        let job = match (found.job, found.id) {
            (Some(job), _) => job,
            (None, Some(id)) => match found.record {
                Some(record) if record.state == State::Ended => {
                    return self.ended(&record).await;
                }
                record => self.jobs.follow(&id, record.map(|record| record.request)),
            },
            (None, None) => unreachable!("a prediction without a job has an id"),
        };
        self.watched(job, call, Warnings::new()).await
    }
}
