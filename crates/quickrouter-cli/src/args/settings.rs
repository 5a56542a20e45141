//! Settings: which gateway, which key, and how much is printed. They are also accepted before the
//! command.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};

use super::values::{KeyFile, KeyFileParser, Offering, PathParser, Unaccepted, switch};
use crate::text::lang::{LANG_VARIABLE, Lang};
use crate::text::message::message;

/// The variable that contains the key.
pub(crate) const KEY_VARIABLE: &str = "QUICKROUTER_API_KEY";

/// The variable that names a file with the key.
pub(crate) const KEY_FILE_VARIABLE: &str = "QUICKROUTER_KEY_FILE";

/// The variable with the base URL.
pub(crate) const BASE_URL_VARIABLE: &str = "QUICKROUTER_BASE_URL";

/// The variable that names a profile.
pub(crate) const PROFILE_VARIABLE: &str = "QUICKROUTER_PROFILE";

/// The variable that names the configuration file.
pub(crate) const CONFIG_VARIABLE: &str = "QUICKROUTER_CONFIG";

/// The variable that allows plain http.
pub(crate) const ALLOW_HTTP_VARIABLE: &str = "QUICKROUTER_ALLOW_HTTP";

/// The variable that disables the cache, with any value but an empty one, `0` or `false`.
pub(crate) const NO_CACHE_VARIABLE: &str = "QUICKROUTER_NO_CACHE";

// Which gateway to use, and with which key.
#[derive(Clone, Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Connection {
    #[arg(long, value_name = "NAME", env = PROFILE_VARIABLE, hide_short_help = true)]
    pub(crate) profile: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        env = CONFIG_VARIABLE,
        value_parser = PathParser,
        hide_short_help = true
    )]
    pub(crate) config: Option<PathBuf>,
    #[arg(long, value_name = "URL", env = BASE_URL_VARIABLE, hide_short_help = true)]
    pub(crate) base_url: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        env = KEY_FILE_VARIABLE,
        value_parser = KeyFileParser,
        hide_short_help = true
    )]
    pub(crate) key_file: Option<KeyFile>,
    #[arg(
        long,
        env = ALLOW_HTTP_VARIABLE,
        value_parser = switch,
        hide_short_help = true
    )]
    pub(crate) allow_http: bool,
    #[arg(skip)]
    typed: Vec<&'static str>,
}

/// The flags that variables can set, too.
const SETTABLE: [&str; 4] = ["profile", "config", "base_url", "allow_http"];

impl Connection {
    /// Reads the settings, and which of them are flags. They are accepted at any level; the innermost
    /// command has them all.
    pub(super) fn read(matches: &ArgMatches) -> Self {
        if let Some((_, inner)) = matches.subcommand() {
            return Self::read(inner);
        }
        let is_typed = |id: &&str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let typed = SETTABLE.into_iter().filter(is_typed).collect();
        Self { typed, ..own(matches) }
    }

    /// Whether this setting is a flag; otherwise its variable sets it, or nothing.
    pub(crate) fn is_typed(&self, id: &str) -> bool {
        self.typed.contains(&id)
    }
}

// How much is printed on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Verbosity {
    #[arg(short, long, action = ArgAction::Count, hide_short_help = true)]
    pub(crate) verbose: u8,
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

/// `--lang`, which offers the two names, and takes a locale's, too. Only its form is checked here: the
/// language is known before the command line is parsed. `scaffold` has a flag of its own by that name.
pub(super) fn lang() -> Arg {
    let offers = ["en", "zh"].map(str::to_owned).to_vec();
    Arg::new("lang")
        .long("lang")
        .value_name("LANG")
        .env(LANG_VARIABLE)
        .help_heading("heading-settings")
        .value_parser(Offering { parser: named, offers })
        .hide_possible_values(true)
}

fn named(text: &str) -> Result<Lang, Unaccepted> {
    Lang::named(text).ok_or_else(|| {
        Unaccepted::alone(message!("lang-unknown", name = text, variable = LANG_VARIABLE))
    })
}

/// Reads the flags of a command, which clap has checked.
pub(super) fn own<T: FromArgMatches>(matches: &ArgMatches) -> T {
    T::from_arg_matches(matches).expect("the struct has the flags that it declares")
}

/// Reads flags that are accepted at any level; the innermost command has them all.
pub(super) fn setting<T: Args>(matches: &ArgMatches) -> T {
    match matches.subcommand() {
        Some((_, inner)) => setting(inner),
        None => own(matches),
    }
}
