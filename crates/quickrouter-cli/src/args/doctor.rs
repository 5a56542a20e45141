//! `doctor`: its flags.

use std::path::PathBuf;

use clap::Args;

use super::values::PathParser;

// Check everything that a run needs
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct DoctorArgs {
    #[arg(long)]
    pub(crate) json: bool,
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
}
