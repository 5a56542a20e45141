//! `cancel_prediction`.

use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::tools::{Call, Tools};

impl Tools {
    pub(crate) async fn cancel(
        &self,
        given: JsonObject,
        call: &Call<'_>,
    ) -> Result<CallToolResult, ToolError> {
        let found = self.find(&arguments::handle_only(given)?).await?;
        let Some(id) = &found.id else {
            if let Some(job) = &found.job {
                job.cancel();
            }
            return Ok(self.report_creating(&found).await);
        };
        let if_late = "It may be canceled or not: get_prediction says which. Else cancel it again.";
        let prediction = call.in_time(id, self.client.cancel(id), if_late).await?;
        Ok(self.report_state(&found, &prediction).await)
    }
}
