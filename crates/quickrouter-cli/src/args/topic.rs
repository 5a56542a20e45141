//! `help`: what to explain.

use clap::Args;

// Explain a command or a topic.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct TopicArgs {
    #[arg(value_name = "COMMAND|TOPIC")]
    pub(crate) topic: Vec<String>,
}
