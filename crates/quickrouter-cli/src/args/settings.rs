//! Settings: which gateway and which key, and how much is printed. They may stand before the command
//! too.

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};

use super::values::{KeyFile, KeyFileParser};

/// Where to, and with which key.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Connection {
    /// The gateway's address, with its prefix and without /v1 [default: QuickRouter's own]
    #[arg(long, value_name = "URL", env = "QUICKROUTER_BASE_URL")]
    pub(crate) base_url: Option<String>,
    /// A file that holds the API key and nothing else; goes before QUICKROUTER_API_KEY when it is
    /// typed, after it when it comes from its own variable
    #[arg(long, value_name = "FILE", env = "QUICKROUTER_KEY_FILE", value_parser = KeyFileParser)]
    pub(crate) key_file: Option<KeyFile>,
    /// Send the key over plain http to other machines than this one
    #[arg(long, env = "QUICKROUTER_ALLOW_HTTP", value_parser = BoolishValueParser::new())]
    pub(crate) allow_http: bool,
}

/// How much is told on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Args)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Verbosity {
    /// Show requests and retries on stderr, never the key; -vv shows the same
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Show no progress; warnings and errors remain
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
