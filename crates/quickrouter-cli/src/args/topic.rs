//! `help`: what to explain.

use clap::Args;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct TopicArgs {
    #[arg(value_name = "COMMAND|TOPIC")]
    pub(crate) topic: Vec<String>,
}
