//! `balance`: its flags.

use clap::Args;

// Show what the key has left
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct BalanceArgs {
    #[arg(long)]
    pub(crate) json: bool,
}
