//! `config`: its commands and their flags.

use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Subcommand};

use super::generate::{OutputFlag, TimeLimit};
use super::settings::own;

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    Show(Box<ShowArgs>),
    Path,
}

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct ShowArgs {
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    limit: TimeLimit,
    #[command(flatten)]
    pub(crate) output: OutputFlag,
    #[arg(skip)]
    sources: Vec<(&'static str, ValueSource)>,
}

impl ConfigAction {
    pub(super) fn read(matches: &ArgMatches) -> Self {
        let mut action: Self = own(matches);
        if let (Self::Show(shown), Some((_, inner))) = (&mut action, matches.subcommand()) {
            let ids = ["timeout", "output", "lang"];
            let source = |id: &'static str| Some((id, inner.value_source(id)?));
            shown.sources = ids.into_iter().filter_map(source).collect();
        }
        action
    }
}

impl ShowArgs {
    pub(crate) fn timeout(&self) -> Duration {
        self.limit.timeout
    }

    /// What sets `timeout`, `output` or `lang`: a flag, or a variable.
    pub(crate) fn source(&self, id: &str) -> Option<ValueSource> {
        self.sources.iter().find(|(known, _)| *known == id).map(|(_, source)| *source)
    }
}
