//! Settings: which gateway, which key, and how much is printed. They are also accepted before the
//! command.

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};

use super::values::{KeyFile, KeyFileParser};

/// Which gateway to use, and with which key.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Connection {
    /// Base URL of the gateway, with its prefix and without /v1 [default: QuickRouter's]
    #[arg(long, value_name = "URL", env = "QUICKROUTER_BASE_URL")]
    pub(crate) base_url: Option<String>,
    /// File that contains only the API key; the flag takes precedence over QUICKROUTER_API_KEY, the
    /// variable does not
    #[arg(long, value_name = "FILE", env = "QUICKROUTER_KEY_FILE", value_parser = KeyFileParser)]
    pub(crate) key_file: Option<KeyFile>,
    /// Allow sending the key over plain http to other machines
    #[arg(long, env = "QUICKROUTER_ALLOW_HTTP", value_parser = BoolishValueParser::new())]
    pub(crate) allow_http: bool,
}

/// How much is printed on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Args)]
#[group(skip)]
#[command(next_help_heading = "Settings")]
pub(crate) struct Verbosity {
    /// Show requests and retries on stderr, never the key; -vv is the same
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Hide progress; warnings and errors are still shown
    #[arg(short, long)]
    pub(crate) quiet: bool,
}
