//! `doctor`: its flags.

use clap::Args;

use super::generate::OutputFlag;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct DoctorArgs {
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) output: OutputFlag,
}
