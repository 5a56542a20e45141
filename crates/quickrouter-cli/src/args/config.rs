//! `config`: its commands and their flags.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Error, FromArgMatches, Subcommand};

use super::generate::TimeLimit;
use super::values::PathParser;

// Show the settings and where they come from
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
    #[arg(
        short,
        long,
        value_name = "DIR",
        env = "QUICKROUTER_OUTPUT",
        default_value = ".",
        value_parser = PathParser
    )]
    pub(crate) output: PathBuf,
    #[arg(skip)]
    sources: Vec<(&'static str, ValueSource)>,
}

impl ConfigAction {
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Error> {
        let mut action = Self::from_arg_matches(matches)?;
        if let (Self::Show(shown), Some((_, inner))) = (&mut action, matches.subcommand()) {
            let ids = ["timeout", "output", "lang"];
            let source = |id: &'static str| Some((id, inner.value_source(id)?));
            shown.sources = ids.into_iter().filter_map(source).collect();
        }
        Ok(action)
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
