//! A request of an earlier call, as it was sent.

use quickrouter::CreateRequest;
use rmcp::model::JsonObject;

use crate::error::ToolError;
use crate::store::Record;
use crate::tools::Tools;
use crate::tools::recover::unknown;
use crate::tools::request::request_of;

impl Tools {
    /// The request of a record, from the arguments that it was called with: its files are read again.
    ///
    /// # Errors
    /// A file cannot be read any more, or was uploaded: its address is in no record.
    pub(crate) async fn resent(
        &self,
        record: &Record,
        input: &JsonObject,
    ) -> Result<CreateRequest, ToolError> {
        let model = &record.request.model;
        let inlined = match self.allowed.find(model, input) {
            Ok(files) => files.inline(input.clone()).await,
            Err(error) => Err(error),
        };
        let input = inlined.map_err(|error| {
            let why = "Its input has a file that cannot be compared with the gateway's list.";
            unknown(record, &format!("{why} {}", error.message))
        })?;
        Ok(request_of(model, &input))
    }
}
