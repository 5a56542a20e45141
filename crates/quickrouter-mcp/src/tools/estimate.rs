//! `estimate_cost`.

use quickrouter::{AnyInput, CreateRequest};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::Value;

use crate::error::ToolError;
use crate::inputs::arguments;
use crate::results::content;
use crate::results::estimate::EstimateReport;
use crate::tools::Tools;
use crate::tools::prices::cost_report;

impl Tools {
    pub(crate) async fn estimate(&self, given: JsonObject) -> Result<CallToolResult, ToolError> {
        let (model, input) = arguments::model_and_input(given)?;
        let shown = self.allowed.find(&model, &input)?.stand_in(input.clone());
        let request = CreateRequest::new(AnyInput::new(&model, Value::Object(shown.clone())));
        let warnings = self.client.check(request).map_err(|error| ToolError::from(&error))?;
        let estimate = self.account.estimate(&model, &Value::Object(shown)).await;
        let cost = cost_report(&estimate, &input, self.account.profile());
        let within = match self.reservation(&estimate, &input) {
            Ok(reservation) => self.within(&reservation).await.map(drop),
            Err(error) => Err(error),
        };
        let sentence = match (&cost.most, &within) {
            (Some(most), Ok(())) => format!("The call costs at most {most}, within the budget."),
            (None, Ok(())) => "The call has no known price, and is within the budget.".to_owned(),
            (_, Err(error)) => error.to_string(),
        };
        let report = EstimateReport {
            model,
            cost,
            within_budget: within.is_ok(),
            budget: self.left().await,
            warnings: warnings.iter().map(ToString::to_string).collect(),
            next: within.err().map(|error| error.to_string()),
        };
        Ok(content::structured(&sentence, &report))
    }
}
