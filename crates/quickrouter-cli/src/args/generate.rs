//! `generate` and `run`: their flags beside those of the model's inputs.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use super::money::MoneyFlags;
use super::show::ShowFlags;
use super::values::{PathParser, duration};
use crate::exit::failure::Failure;
use crate::text::message::message;

// The flags that do not depend on the model.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(crate) struct GenerateFlags {
    #[arg(long, value_name = "JSON")]
    pub(crate) input: Option<String>,
    #[arg(long)]
    pub(crate) allow_empty_prompt: bool,
    #[command(flatten)]
    pub(crate) files: FileFlags,
    #[command(flatten)]
    pub(crate) limit: TimeLimit,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) prefer_wait: Option<Duration>,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) cancel_after: Option<Duration>,
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(long)]
    pub(crate) emulator: bool,
    #[arg(long, conflicts_with_all = ["emulator", "sidecar"])]
    pub(crate) detach: bool,
    #[command(flatten)]
    pub(crate) money: MoneyFlags,
}

/// The variable that sets `--output`.
pub(crate) const OUTPUT_VARIABLE: &str = "QUICKROUTER_OUTPUT";

/// The variable that sets `--timeout`.
pub(crate) const TIMEOUT_VARIABLE: &str = "QUICKROUTER_TIMEOUT";

// The folder that files go to.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(crate) struct OutputFlag {
    #[arg(
        id = "output",
        short = 'o',
        long = "output",
        value_name = "DIR",
        env = OUTPUT_VARIABLE,
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) folder: PathBuf,
}

// What is done with files.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(crate) struct FileFlags {
    #[command(flatten)]
    pub(crate) output: OutputFlag,
    #[arg(long)]
    pub(crate) overwrite: bool,
    #[arg(long)]
    pub(crate) sidecar: bool,
    #[command(flatten)]
    pub(crate) show: ShowFlags,
}

// How long a wait may take.
#[derive(Clone, Debug, Args)]
#[group(skip)]
pub(crate) struct TimeLimit {
    #[arg(
        long,
        value_name = "TIME",
        env = TIMEOUT_VARIABLE,
        default_value = "10m",
        value_parser = duration
    )]
    pub(crate) timeout: Duration,
}

/// Refuses `--emulator` beside another gateway.
pub(super) fn no_emulator_elsewhere(emulator: bool, matches: &ArgMatches) -> Result<(), Failure> {
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let conflicts =
        [("base_url", "--base-url"), ("key_file", "--key-file"), ("profile", "--profile")];
    match conflicts.into_iter().find(|(id, _)| emulator && typed(id)) {
        Some((_, flag)) => Err(Failure::refused(message!("emulator-alone", flag = flag))),
        None => Ok(()),
    }
}
