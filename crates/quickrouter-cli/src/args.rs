//! What was typed: the command line, with flags built from the contract.

mod commands;
mod flags;
mod own;
#[cfg(test)]
mod tests;
mod typed;

use std::ffi::OsString;

use clap::ArgMatches;
use clap::error::ErrorKind;

pub(crate) use flags::Flag;
pub(crate) use typed::{
    Action, Command, Connection, Given, Making, Predictions, Serving, Typed, Verbosity,
};

use crate::lang::Lang;
use crate::model_name::{self, Named};

/// Reads a command line.
///
/// # Errors
/// What clap prints and exits with: a mistake, or the help that was asked for.
pub(crate) fn parse(argv: &[OsString], lang: Lang) -> Result<Typed, clap::Error> {
    let mut command = commands::root(lang, None);
    let mut matches = command.try_get_matches_from_mut(argv)?;
    let mut other = None;
    if let Some(name) = other_model(&matches) {
        let named = model_name::resolve(name)
            .map_err(|message| command.error(ErrorKind::InvalidSubcommand, message))?;
        let model = (name.to_owned(), named);
        command = commands::root(lang, Some(&model));
        matches = command.try_get_matches_from_mut(argv)?;
        other = Some(model.1);
    }
    typed::read(&matches, other).map_err(|(kind, message)| command.error(kind, message))
}

/// The model of `run MODEL`, where it is none of the contract's own names.
fn other_model(matches: &ArgMatches) -> Option<&str> {
    let (name, _) = matches.subcommand_matches("run")?.subcommand()?;
    let known = quickrouter::models().iter().any(|model| model.name == name);
    (!known).then_some(name)
}

/// The flags of a model's inputs.
pub(crate) fn flags_of(named: &Named) -> Vec<Flag> {
    let Some(model) = named.known else { return Vec::new() };
    let required: Vec<_> = model.required().collect();
    flags::flags(model.inputs(), &required, &commands::own_names())
}
