//! `balance`: its flags.

use clap::Args;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct BalanceArgs {
    #[arg(long)]
    pub(crate) json: bool,
}
