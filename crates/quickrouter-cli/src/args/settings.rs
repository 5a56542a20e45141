//! Settings: which gateway, which key, and how much is printed. They are also accepted before the
//! command.

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Args};

use super::values::{KeyFile, KeyFileParser, StandsAlone};
use crate::text::lang::{LANG_VARIABLE, Lang};

// Which gateway to use, and with which key.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Connection {
    #[arg(long, value_name = "URL", env = "QUICKROUTER_BASE_URL")]
    pub(crate) base_url: Option<String>,
    #[arg(long, value_name = "FILE", env = "QUICKROUTER_KEY_FILE", value_parser = KeyFileParser)]
    pub(crate) key_file: Option<KeyFile>,
    #[arg(long, env = "QUICKROUTER_ALLOW_HTTP", value_parser = BoolishValueParser::new())]
    pub(crate) allow_http: bool,
}

// How much is printed on stderr.
#[derive(Clone, Copy, Debug, PartialEq, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Verbosity {
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// `--lang`. Only its form is checked here: the language is known before the command line is parsed.
pub(super) fn lang() -> Arg {
    Arg::new("lang")
        .long("lang")
        .value_name("LANG")
        .env(LANG_VARIABLE)
        .help_heading("heading-settings")
        .value_parser(StandsAlone(named))
}

fn named(text: &str) -> Result<Lang, String> {
    Lang::named(text).ok_or_else(|| format!("--lang {text}: the languages are en and zh"))
}
