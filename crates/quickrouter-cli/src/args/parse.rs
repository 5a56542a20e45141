//! Parses a command line, and the variables that stand for flags.

use std::ffi::{OsStr, OsString};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, Error};
use quickrouter::catalog::ModelName;

use super::command_line::{self, CommandLine};
use super::commands::{self, HELP};
use super::models::resolved;
use super::usage;
use crate::exit::failure::Failure;
use crate::text::lang::Lang;

/// The id of `-h` where it is told from `--help`.
const BRIEF: &str = "brief";

/// Why no command runs.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The help of a command was requested, in brief or whole.
    Help { command: Box<Command>, brief: bool },
    /// A command was typed that does nothing without one of its own commands.
    Incomplete { command: Box<Command> },
    /// The version was requested.
    Version,
    /// The command line cannot be understood.
    Usage(Box<Failure>),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Usage(Box::new(failure))
    }
}

/// Parses a command line.
///
/// # Errors
/// A usage error, or the help that was requested.
pub(crate) fn parse(argv: &[OsString], lang: Lang) -> Result<CommandLine, Stop> {
    // A variable with an empty or invisible value counts as unset.
    let empty = |name: &OsStr| {
        let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
        std::env::var_os(name).is_some_and(|value| value.to_string_lossy().chars().all(blank))
    };
    parse_without(empty, argv, lang)
}

/// Parses a command line without any variables.
#[cfg(test)]
pub(crate) fn parse_alone(argv: &[OsString], lang: Lang) -> Result<CommandLine, Stop> {
    parse_without(|_| true, argv, lang)
}

/// Parses a command line, and the variables that are not `ignored`.
fn parse_without(
    ignored: fn(&OsStr) -> bool,
    argv: &[OsString],
    lang: Lang,
) -> Result<CommandLine, Stop> {
    let root = |other: Option<&_>| without(ignored, commands::root(lang, other));
    let stop =
        |error: &Error, other: Option<&_>| stopped(error, commands::root(lang, other), argv, lang);
    let matches = root(None).try_get_matches_from(argv).map_err(|error| stop(&error, None))?;
    let Some(name) = other_model(&matches) else {
        return Ok(command_line::read(&matches, None)?);
    };
    let model: (String, ModelName) =
        (name.to_owned(), resolved(name).map_err(|bad| Failure::refused(bad.why))?);
    let matches = root(Some(&model)).try_get_matches_from(argv);
    let matches = matches.map_err(|error| stop(&error, Some(&model)))?;
    Ok(command_line::read(&matches, Some(model.1))?)
}

fn without(ignored: fn(&OsStr) -> bool, command: Command) -> Command {
    let one = |arg: Arg| match arg.get_env() {
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

fn stopped(error: &Error, root: Command, argv: &[OsString], lang: Lang) -> Stop {
    let (path, brief) = reached(&root, argv);
    let command = Box::new(commands::inner(root, &path));
    match error.kind() {
        ErrorKind::DisplayHelp => Stop::Help { command, brief },
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => Stop::Incomplete { command },
        ErrorKind::DisplayVersion => Stop::Version,
        _ => usage::failure(error, &command, lang).into(),
    }
}

/// The command that an error is about, which clap does not tell: as far as the command line can be read.
/// And whether `-h` was typed.
fn reached(root: &Command, argv: &[OsString]) -> (Vec<String>, bool) {
    let flag = |id, short: Option<char>| {
        let flag = Arg::new(id).action(ArgAction::SetTrue).global(true);
        match short {
            Some(short) => flag.short(short),
            None => flag.long(HELP),
        }
    };
    let lenient = root
        .clone()
        .ignore_errors(true)
        .mut_arg(HELP, |_| flag(HELP, None))
        .arg(flag(BRIEF, Some('h')));
    let mut path = Vec::new();
    let Ok(matches) = lenient.try_get_matches_from(argv) else { return (path, false) };
    let mut innermost = &matches;
    while let Some((name, inner)) = innermost.subcommand() {
        path.push(name.to_owned());
        innermost = inner;
    }
    let brief = innermost.try_get_one(BRIEF).ok().flatten().copied().unwrap_or(false);
    (path, brief)
}
