//! Settings: which gateway, which key, and how much is printed. They are also accepted before the
//! command.

use clap::{Arg, ArgAction, ArgMatches, Args, FromArgMatches};

use super::values::{KeyFile, KeyFileParser, Offering, Unaccepted, switch};
use crate::text::lang::{LANG_VARIABLE, Lang};
use crate::text::message::message;

// Which gateway to use, and with which key.
#[derive(Clone, Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "heading-settings")]
pub(crate) struct Connection {
    #[arg(long, value_name = "URL", env = "QUICKROUTER_BASE_URL", hide_short_help = true)]
    pub(crate) base_url: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        env = "QUICKROUTER_KEY_FILE",
        value_parser = KeyFileParser,
        hide_short_help = true
    )]
    pub(crate) key_file: Option<KeyFile>,
    #[arg(
        long,
        env = "QUICKROUTER_ALLOW_HTTP",
        value_parser = switch,
        hide_short_help = true
    )]
    pub(crate) allow_http: bool,
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
