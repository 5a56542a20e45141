//! What a run may cost, and whether it is made at all.

use clap::Args;
use clap::builder::BoolishValueParser;

use super::values::one_of;

/// The variable that sets `--max-cost`, the most that one run may cost.
pub(crate) const MAX_COST_VARIABLE: &str = "QUICKROUTER_MAX_COST";

/// The variable that sets `--confirm-above`.
pub(crate) const CONFIRM_ABOVE_VARIABLE: &str = "QUICKROUTER_CONFIRM_ABOVE";

// Amounts stay text: what is wrong with one is said in the reader's language.
#[derive(Clone, Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-cost")]
pub(crate) struct MoneyFlags {
    #[arg(
        long,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text",
        conflicts_with = "emulator",
        value_parser = one_of([
            ("text", DryRun::Text),
            ("json", DryRun::Json),
            ("curl", DryRun::Curl),
        ])
    )]
    pub(crate) dry_run: Option<DryRun>,
    #[arg(long, value_name = "AMOUNT", env = MAX_COST_VARIABLE, allow_hyphen_values = true)]
    pub(crate) max_cost: Option<String>,
    #[arg(long)]
    pub(crate) unpriced: bool,
    #[arg(
        long,
        value_name = "AMOUNT",
        env = CONFIRM_ABOVE_VARIABLE,
        allow_hyphen_values = true
    )]
    pub(crate) confirm_above: Option<String>,
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[arg(
        long,
        value_name = "true|false",
        env = "QUICKROUTER_COST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        value_parser = BoolishValueParser::new()
    )]
    pub(crate) cost: Option<bool>,
}

/// How a request that is not sent is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    /// For people.
    Text,
    /// As one JSON document.
    Json,
    /// As a command for a POSIX shell.
    Curl,
}
