//! `mcp`: its flags.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use super::generate::{OUTPUT_VARIABLE, no_emulator_elsewhere};
use super::money::CONFIRM_ABOVE_VARIABLE;
use super::settings::own;
use super::values::{PathParser, duration, one_of, whole};
use crate::exit::failure::Failure;
use crate::text::message::message;

// What has no default here has one that depends on this machine or the profile.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct McpArgs {
    #[arg(short, long, value_name = "DIR", env = OUTPUT_VARIABLE, value_parser = PathParser)]
    pub(crate) output: Option<PathBuf>,
    #[arg(long, value_name = "TIME", default_value = "45s", value_parser = duration)]
    pub(crate) wait: Duration,
    #[arg(
        long,
        value_name = "HOW",
        default_value = "thumb",
        value_parser = one_of([
            ("none", ImagesMode::None),
            ("thumb", ImagesMode::Thumb),
            ("full", ImagesMode::Full),
        ])
    )]
    pub(crate) images: ImagesMode,
    #[arg(long, value_name = "DIR", value_parser = PathParser)]
    pub(crate) allow_dir: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) cancel_on_abort: bool,
    #[arg(long)]
    pub(crate) emulator: bool,
    #[arg(long, value_name = "FILE", value_parser = PathParser)]
    pub(crate) state_file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) budget: BudgetFlags,
}

// What an agent may spend. Amounts stay text: what is wrong with one is said in the reader's language.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-cost")]
pub(crate) struct BudgetFlags {
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = whole::<u64>(1..=u64::MAX))]
    pub(crate) max_pictures: u64,
    // Without the variable of that name, which holds each run, not all of a window.
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub(crate) max_cost: Option<String>,
    #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration)]
    pub(crate) budget_window: Duration,
    #[arg(long, value_name = "AMOUNT", env = CONFIRM_ABOVE_VARIABLE, allow_hyphen_values = true)]
    pub(crate) confirm_above: Option<String>,
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// How much of a picture a result contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImagesMode {
    None,
    Thumb,
    Full,
}

/// Reads the flags, and refuses those that contradict each other.
///
/// # Errors
/// `--emulator` beside another gateway, or `--yes` beside `--confirm-above`.
pub(super) fn read(matches: &ArgMatches) -> Result<McpArgs, Failure> {
    let typed: McpArgs = own(matches);
    no_emulator_elsewhere(typed.emulator, matches)?;
    // The variable gives way to --yes: it holds for every command.
    let is_typed = matches.value_source("confirm_above") == Some(ValueSource::CommandLine);
    if typed.budget.yes && is_typed {
        let conflict = message!("usage-conflict", arg = "--yes", others = "--confirm-above");
        let help = message!("usage-help", command = "quickrouter mcp");
        return Err(Failure::refused(conflict).hint(help));
    }
    Ok(typed)
}
