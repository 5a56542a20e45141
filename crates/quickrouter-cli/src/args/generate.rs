//! `generate` and `run`: their flags beside those of the model's inputs.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::money::MoneyFlags;
use super::values::{PathParser, duration};

// The flags that do not depend on the model.
#[derive(Debug, Args)]
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
    #[command(flatten)]
    pub(crate) money: MoneyFlags,
}

// Where files go.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct FileFlags {
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
    #[arg(long)]
    pub(crate) overwrite: bool,
}

// How long a wait may take.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct TimeLimit {
    #[arg(
        long,
        value_name = "TIME",
        env = "QUICKROUTER_TIMEOUT",
        default_value = "10m",
        value_parser = duration
    )]
    pub(crate) timeout: Duration,
}
