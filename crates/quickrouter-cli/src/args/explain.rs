//! `explain`: its flags.

use clap::Args;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ExplainArgs {
    #[arg(value_name = "CODE|TEXT")]
    pub(crate) text: Vec<String>,
    #[arg(long)]
    pub(crate) json: bool,
}
