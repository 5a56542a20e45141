//! `get_prediction`: the current state of a prediction.

use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::store::State;
use crate::tools::{Call, Tools};

impl Tools {
    pub(crate) async fn get(
        &self,
        given: JsonObject,
        call: &Call<'_>,
    ) -> Result<CallToolResult, ToolError> {
        let found = self.find(&arguments::handle_only(given)?).await?;
        if let Some(record) = found.record.as_ref().filter(|record| record.state == State::Ended) {
            return Ok(self.report_record(record).await);
        }
        let Some(id) = &found.id else { return Ok(self.report_creating(&found).await) };
        let prediction =
            call.in_time(id, self.client.get(id), "Call get_prediction again.").await?;
        Ok(self.report_state(&found, &prediction).await)
    }
}
