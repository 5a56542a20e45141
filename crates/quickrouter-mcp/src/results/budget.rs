//! [`BudgetReport`]: what is left, as it is returned.

use rmcp::schemars;
use rmcp::schemars::JsonSchema;
use serde::Serialize;

use crate::budget::{Left, Limits};

/// What is left of the budget.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct BudgetReport {
    /// Pictures left in the window.
    pub(crate) pictures_left: u64,
    /// Pictures that a window has.
    pub(crate) max_pictures: u64,
    /// Money left in the window, as a decimal; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cost_left: Option<String>,
    /// The window in seconds.
    pub(crate) window_seconds: u64,
    /// When the oldest reservation leaves the window (RFC 3339).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) frees_at: Option<String>,
}

impl BudgetReport {
    pub(crate) fn new(left: &Left, limits: &Limits) -> Self {
        Self {
            pictures_left: left.pictures,
            max_pictures: limits.max_pictures,
            cost_left: left.cost.map(|cost| cost.to_string()),
            window_seconds: limits.window.as_secs(),
            frees_at: frees_at(left),
        }
    }
}

/// When the oldest reservation leaves the window (RFC 3339).
pub(crate) fn frees_at(left: &Left) -> Option<String> {
    let at = jiff::Timestamp::try_from(left.frees_at?).ok()?;
    Some(at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}
