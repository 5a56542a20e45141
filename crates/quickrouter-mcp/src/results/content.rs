//! The content of a result: one sentence, the structured content, pictures, links.

use rmcp::model::{CallToolResult, ContentBlock};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ToolError;
use crate::pictures::Images;
use crate::results::budget::BudgetReport;
use crate::results::prediction::PredictionReport;

/// The result of a prediction. Blocks while it reads pictures.
pub(crate) fn prediction(report: &PredictionReport, _images: Images) -> CallToolResult {
    structured(format!("{} is {}.", report.id.as_deref().unwrap_or("It"), report.status), report)
}

/// A result without pictures.
pub(crate) fn structured(sentence: String, content: &impl Serialize) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(sentence)]);
    result.structured_content = Some(serde_json::to_value(content).unwrap_or(Value::Null));
    result
}

/// The result of a call that failed.
pub(crate) fn error(error: &ToolError, budget: Option<&BudgetReport>) -> CallToolResult {
    let mut result = CallToolResult::error(vec![ContentBlock::text(error.to_string())]);
    let mut content = json!({"error": {
        "kind": error.kind.as_str(),
        "code": error.code,
        "message": error.message,
        "id": error.id,
        "request_id": error.request_id,
        "http_status": error.http_status,
        "may_be_billed": error.may_be_billed,
        "next": error.next,
    }});
    if let Some(budget) = budget {
        content["budget"] = serde_json::to_value(budget).unwrap_or(Value::Null);
    }
    result.structured_content = Some(content);
    result
}
