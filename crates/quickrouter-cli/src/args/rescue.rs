//! `rescue`: its flags.

use std::time::Duration;

use clap::Args;

use super::generate::OutputFlag;
use super::values::duration;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct RescueFlags {
    #[command(flatten)]
    pub(crate) output: OutputFlag,
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) since: Option<Duration>,
    #[arg(long)]
    pub(crate) sidecar: bool,
    #[arg(long)]
    pub(crate) json: bool,
}
