//! `save_outputs`: saves what a prediction made.

use quickrouter::SaveOptions;
use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::inputs::subfolder::below;
use crate::jobs::saved;
use crate::tools::Tools;

impl Tools {
    pub(crate) async fn save(&self, given: JsonObject) -> Result<CallToolResult, ToolError> {
        let (handle, subfolder) = arguments::save_outputs(given)?;
        let folder = match subfolder {
            Some(subfolder) => below(&self.output, &subfolder)?,
            None => self.output.clone(),
        };
        let found = self.find(&handle).await?;
        let Some(id) = &found.id else {
            return self.without_id(&found).await;
        };
        let failed = |error| ToolError::about(Some(id), &error);
        let prediction = self.client.get(id).await.map_err(failed)?;
        if !prediction.is_terminal() {
            return Ok(self.report_state(&found, &prediction).await);
        }
        let files = match saved::of_prediction(&self.client, &prediction, &folder) {
            Some(files) => files,
            None => {
                let options = SaveOptions::new();
                self.client.save_with(&prediction, &folder, &options).await.map_err(failed)?
            }
        };
        Ok(self.report_saved(&found, &prediction, files).await)
    }
}
