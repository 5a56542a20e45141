//! `cancel_prediction`.

use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::tools::Tools;

impl Tools {
    pub(crate) async fn cancel(&self, given: JsonObject) -> Result<CallToolResult, ToolError> {
        let found = self.find(&arguments::handle_only(given)?).await?;
        let Some(id) = &found.id else {
            if let Some(job) = &found.job {
                job.cancel();
            }
            return self.without_id(&found).await;
        };
        let prediction =
            self.client.cancel(id).await.map_err(|error| ToolError::about(Some(id), &error))?;
        Ok(self.report_state(&found, &prediction).await)
    }
}
