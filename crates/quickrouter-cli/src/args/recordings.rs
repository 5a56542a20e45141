//! `recordings`: its commands and their flags.

use std::path::PathBuf;

use clap::Subcommand;

use super::values::PathParser;

#[derive(Debug, Subcommand)]
pub(crate) enum RecordingsAction {
    Import {
        #[arg(value_name = "FILE", required = true, value_parser = PathParser)]
        files: Vec<PathBuf>,
        #[arg(short, long, value_name = "DIR", value_parser = PathParser)]
        output: PathBuf,
    },
}
