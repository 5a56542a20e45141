//! [`ErrorReport`]: an error, as it is returned.

use rmcp::schemars;
use rmcp::schemars::JsonSchema;
use serde::Serialize;

use crate::error::ToolError;

/// Why a call failed, in the structured content of its result.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct ErrorReport {
    /// The kind of the error.
    pub(crate) kind: &'static str,
    /// A stable code below the kind.
    pub(crate) code: &'static str,
    /// What happened, with which value.
    pub(crate) message: String,
    /// The prediction's id, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    /// The request id of the call, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    /// The HTTP status, if the gateway answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) http_status: Option<u16>,
    /// Whether a prediction may be billed.
    pub(crate) may_be_billed: bool,
    /// What to do.
    pub(crate) next: String,
}

impl From<&ToolError> for ErrorReport {
    fn from(error: &ToolError) -> Self {
        Self {
            kind: error.kind.as_str(),
            code: error.code,
            message: error.message.clone(),
            id: error.id.clone(),
            request_id: error.request_id.clone(),
            http_status: error.http_status,
            may_be_billed: error.may_be_billed,
            next: error.next.clone(),
        }
    }
}
