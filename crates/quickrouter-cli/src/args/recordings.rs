//! `recordings`: its commands and their flags.

use std::path::PathBuf;

use clap::Subcommand;

use super::values::PathParser;

/// Manage recordings of predictions
#[derive(Debug, Subcommand)]
pub(crate) enum RecordingsAction {
    /// Turn recorded HTTP exchanges into recordings; their paths go to stdout, one per line
    ///
    /// A file has a JSON list of {"method", "uri", "request_headers", "request_body", "status",
    /// "headers", "body"}. Each create that succeeded becomes a recording; nothing is downloaded and
    /// nothing is overwritten.
    Import {
        /// Files of exchanges
        #[arg(value_name = "FILE", required = true, value_parser = PathParser)]
        files: Vec<PathBuf>,
        /// Folder for the recordings; created if it does not exist
        #[arg(short, long, value_name = "DIR", value_parser = PathParser)]
        output: PathBuf,
    },
}
