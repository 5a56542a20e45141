//! `again`: its flags.

use std::path::PathBuf;

use clap::{ArgMatches, Args};

use super::generate::{GenerateFlags, no_emulator_elsewhere};
use super::settings::{Connection, own};
use super::values::PathParser;
use crate::exit::failure::Failure;

/// `again`, as typed.
#[derive(Debug)]
pub(crate) struct AgainArgs {
    pub(crate) picture: AgainFlags,
    pub(crate) flags: GenerateFlags,
    pub(crate) connection: Connection,
}

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct AgainFlags {
    #[arg(value_parser = PathParser)]
    pub(crate) picture: PathBuf,
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
}

/// The flags of `again`: those of `run` but `--input`, which `--set` stands for.
pub(super) fn augment(command: clap::Command) -> clap::Command {
    let command = GenerateFlags::augment_args(AgainFlags::augment_args(command));
    command.mut_arg("input", |arg| arg.hide(true).conflicts_with("picture"))
}

pub(super) fn read(matches: &ArgMatches) -> Result<AgainArgs, Failure> {
    let flags: GenerateFlags = own(matches);
    no_emulator_elsewhere(flags.emulator, matches)?;
    Ok(AgainArgs { picture: own(matches), flags, connection: Connection::read(matches) })
}
