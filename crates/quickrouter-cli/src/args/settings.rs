//! Settings: which gateway, which key, and how much is printed. They are also accepted before the
//! command.

use std::path::PathBuf;

use clap::builder::BoolishValueParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Error, FromArgMatches};

use super::values::{KeyFile, KeyFileParser, PathParser, StandsAlone};
use crate::text::lang::{LANG_VARIABLE, Lang};

// Which gateway to use, and with which key.
#[derive(Clone, Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Connection {
    #[arg(long, value_name = "NAME", env = "QUICKROUTER_PROFILE")]
    pub(crate) profile: Option<String>,
    #[arg(long, value_name = "FILE", env = "QUICKROUTER_CONFIG", value_parser = PathParser)]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "URL", env = "QUICKROUTER_BASE_URL")]
    pub(crate) base_url: Option<String>,
    #[arg(long, value_name = "FILE", env = "QUICKROUTER_KEY_FILE", value_parser = KeyFileParser)]
    pub(crate) key_file: Option<KeyFile>,
    #[arg(long, env = "QUICKROUTER_ALLOW_HTTP", value_parser = BoolishValueParser::new())]
    pub(crate) allow_http: bool,
    #[arg(skip)]
    typed: Vec<&'static str>,
}

/// The flags that variables can set, too.
const SETTABLE: [&str; 4] = ["profile", "config", "base_url", "allow_http"];

impl Connection {
    /// Reads the settings, and which of them are flags.
    pub(super) fn read(matches: &ArgMatches) -> Result<Self, Error> {
        let is_typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let typed = SETTABLE.into_iter().filter(is_typed).collect();
        Ok(Self { typed, ..Self::from_arg_matches(matches)? })
    }

    /// Whether this setting is a flag; otherwise its variable sets it, or nothing.
    pub(crate) fn is_typed(&self, id: &str) -> bool {
        self.typed.contains(&id)
    }
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
