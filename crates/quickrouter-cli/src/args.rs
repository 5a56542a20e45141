//! What was typed: the command line, with flags built from the contract.

mod commands;
mod duration;
mod flags;
mod own;
mod serving;
#[cfg(test)]
mod tests;
mod typed;

use std::ffi::{OsStr, OsString};

use clap::ArgMatches;
use clap::error::ErrorKind;

pub(crate) use flags::Flag;
pub(crate) use serving::Serving;
pub(crate) use typed::{Action, Command, Connection, Given, Making, Predictions, Typed, Verbosity};

use crate::lang::Lang;
use crate::model_name::{self, Named};

/// Reads a command line.
///
/// # Errors
/// What clap prints and exits with: a mistake, or the help that was asked for.
pub(crate) fn parse(argv: &[OsString], lang: Lang) -> Result<Typed, clap::Error> {
    // A variable that is set to nothing, or to nothing that is seen, is as good as none.
    let empty = |name: &OsStr| {
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        std::env::var_os(name).is_some_and(|value| value.to_string_lossy().chars().all(blank))
    };
    parse_without(empty, argv, lang)
}

/// Reads a command line and no variables.
#[cfg(test)]
pub(crate) fn parse_alone(argv: &[OsString], lang: Lang) -> Result<Typed, clap::Error> {
    parse_without(|_| true, argv, lang)
}

/// Reads a command line, and those variables that are not `ignored`.
fn parse_without(
    ignored: fn(&OsStr) -> bool,
    argv: &[OsString],
    lang: Lang,
) -> Result<Typed, clap::Error> {
    let root = |other: Option<&_>| without(ignored, commands::root(lang, other));
    let mut command = root(None);
    let mut matches = command.try_get_matches_from_mut(argv)?;
    let mut other = None;
    if let Some(name) = other_model(&matches) {
        let named = model_name::resolve(name)
            .map_err(|message| command.error(ErrorKind::InvalidSubcommand, message))?;
        let model = (name.to_owned(), named);
        command = root(Some(&model));
        matches = command.try_get_matches_from_mut(argv)?;
        other = Some(model.1);
    }
    typed::read(&matches, other).map_err(|(kind, message)| command.error(kind, message))
}

fn without(ignored: fn(&OsStr) -> bool, command: clap::Command) -> clap::Command {
    let one = |arg: clap::Arg| match arg.get_env() {
        Some(name) if ignored(name) => arg.env(None::<&'static str>),
        _ => arg,
    };
    command.mut_args(one).mut_subcommands(|inner| without(ignored, inner))
}

/// The model of `run MODEL`, where it is none of the contract's own names.
fn other_model(matches: &ArgMatches) -> Option<&str> {
    let (name, _) = matches.subcommand_matches("run")?.subcommand()?;
    let known = quickrouter::catalog::models().iter().any(|model| model.name == name);
    (!known).then_some(name)
}

/// The flags of a model's inputs.
pub(crate) fn flags_of(named: &Named) -> Vec<Flag> {
    let Some(model) = named.known else { return Vec::new() };
    let required: Vec<_> = model.required().collect();
    flags::flags(model.inputs(), &required, &commands::own_names())
}
