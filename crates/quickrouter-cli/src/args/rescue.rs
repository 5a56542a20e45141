//! `rescue`: its flags.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::values::{PathParser, duration};

// Where pictures belong, and how far back to look.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct RescueFlags {
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) since: Option<Duration>,
    #[arg(long)]
    pub(crate) sidecar: bool,
    #[arg(long)]
    pub(crate) json: bool,
}
