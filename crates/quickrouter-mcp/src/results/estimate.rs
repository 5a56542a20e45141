//! [`EstimateReport`]: what a call would cost, as it is returned.

use rmcp::schemars;
use rmcp::schemars::JsonSchema;
use serde::Serialize;

use crate::results::budget::BudgetReport;
use crate::results::prediction::CostReport;

/// What a create would reserve, and whether the budget has it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub(crate) struct EstimateReport {
    /// The model.
    pub(crate) model: String,
    /// What a create would reserve.
    pub(crate) cost: CostReport,
    /// Whether the budget has enough left for it.
    pub(crate) within_budget: bool,
    /// What is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) budget: Option<BudgetReport>,
    /// What is odd about the input.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<String>,
    /// Why it is not within the budget, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}
