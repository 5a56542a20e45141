//! Parses a command line, and the variables that stand for flags.

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::error::ErrorKind;

use super::command_line::{self, CommandLine};
use super::commands;
use super::models::resolved;
use crate::text::lang::Lang;

/// Parses a command line.
///
/// # Errors
/// A usage error, or the help that was requested; clap prints either.
pub(crate) fn parse(argv: &[OsString], lang: Lang) -> Result<CommandLine, clap::Error> {
    // A variable with an empty or invisible value counts as unset.
    let empty = |name: &OsStr| {
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        std::env::var_os(name).is_some_and(|value| value.to_string_lossy().chars().all(blank))
    };
    parse_without(empty, argv, lang)
}

/// Parses a command line without any variables.
#[cfg(test)]
pub(crate) fn parse_alone(argv: &[OsString], lang: Lang) -> Result<CommandLine, clap::Error> {
    parse_without(|_| true, argv, lang)
}

/// Parses a command line, and the variables that are not `ignored`.
fn parse_without(
    ignored: fn(&OsStr) -> bool,
    argv: &[OsString],
    lang: Lang,
) -> Result<CommandLine, clap::Error> {
    let root = |other: Option<&_>| without(ignored, commands::root(lang, other));
    let mut command = root(None);
    let mut matches = command.try_get_matches_from_mut(argv)?;
    let mut other = None;
    if let Some(name) = other_model(&matches) {
        let named = resolved(name)
            .map_err(|message| command.error(ErrorKind::InvalidSubcommand, message))?;
        let model = (name.to_owned(), named);
        command = root(Some(&model));
        matches = command.try_get_matches_from_mut(argv)?;
        other = Some(model.1);
    }
    command_line::read(&matches, other).map_err(|error| error.format(&mut command))
}

fn without(ignored: fn(&OsStr) -> bool, command: clap::Command) -> clap::Command {
    let one = |arg: clap::Arg| match arg.get_env() {
        Some(name) if ignored(name) => arg.env(None::<&'static str>),
        _ => arg,
    };
    command.mut_args(one).mut_subcommands(|inner| without(ignored, inner))
}

/// The model of `run MODEL`, unless it is a full name in the contract.
fn other_model(matches: &ArgMatches) -> Option<&str> {
    let (name, _) = matches.subcommand_matches("run")?.subcommand()?;
    let known = quickrouter::catalog::models().iter().any(|model| model.name == name);
    (!known).then_some(name)
}
