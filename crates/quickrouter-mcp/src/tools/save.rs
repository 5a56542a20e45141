//! `save_outputs`: saves what a prediction made.

use quickrouter::SaveOptions;
use rmcp::model::{CallToolResult, JsonObject};

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::inputs::subfolder::below;
use crate::jobs::saved;
use crate::tools::{Call, Tools};

impl Tools {
    pub(crate) async fn save(
        &self,
        given: JsonObject,
        call: &Call<'_>,
    ) -> Result<CallToolResult, ToolError> {
        let (handle, subfolder) = arguments::save_outputs(given)?;
        let folder = match subfolder {
            Some(subfolder) => below(&self.output, &subfolder)?,
            None => self.output.clone(),
        };
        let found = self.find(&handle).await?;
        let Some(id) = &found.id else { return Ok(self.report_creating(&found).await) };
        let prediction = call.in_time(id, self.client.get(id), "Call save_outputs again.").await?;
        if !prediction.is_terminal() {
            return Ok(self.report_state(&found, &prediction).await);
        }
        let files = match saved::of_prediction(&self.client, &prediction, &folder) {
            Some(files) => files,
            None => {
                let options = SaveOptions::new();
                // Not stopped in time: what is large would never be saved.
                let saved = self.client.save_with(&prediction, &folder, &options).await;
                saved.map_err(|error| ToolError::about(&error, id))?
            }
        };
        Ok(self.report_saved(&found, &prediction, files).await)
    }
}
