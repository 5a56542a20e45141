//! The flags that are our own: settings, where files go, how results are printed.

use std::ffi::OsString;

use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, value_parser};
use quickrouter::catalog::limits;

use super::duration::duration;

/// Settings of the connection, and how much is told; they may stand before the command too.
pub(crate) fn settings() -> Vec<Arg> {
    let base_url = Arg::new("base-url").long("base-url").value_name("URL").help(
        "The gateway's address, with its prefix and without /v1 [default: QuickRouter's own]",
    );
    let key_file = Arg::new("key-file")
        .long("key-file")
        .value_name("FILE")
        .value_parser(value_parser!(OsString))
        .help(
            "A file that holds the API key and nothing else; goes before QUICKROUTER_API_KEY when \
             it is typed, after it when it comes from its own variable",
        );
    let allow_http = Arg::new("allow-http")
        .long("allow-http")
        .action(ArgAction::SetTrue)
        .value_parser(BoolishValueParser::new())
        .help("Send the key over plain http to other machines than this one");
    let mut settings = vec![
        from_variable(base_url, "QUICKROUTER_BASE_URL"),
        from_variable(key_file, "QUICKROUTER_KEY_FILE"),
        from_variable(allow_http, "QUICKROUTER_ALLOW_HTTP"),
    ];
    settings.extend(loudness());
    let heading = |arg: Arg| arg.global(true).help_heading("Settings");
    settings.into_iter().map(heading).collect()
}

fn loudness() -> [Arg; 2] {
    [
        Arg::new("verbose")
            .short('v')
            .long("verbose")
            .action(ArgAction::Count)
            .help("Show requests and retries on stderr, never the key; -vv shows the same"),
        Arg::new("quiet")
            .short('q')
            .long("quiet")
            .action(ArgAction::SetTrue)
            .help("Show no progress; warnings and errors remain"),
    ]
}

/// The flags of every command that makes something.
pub(crate) fn making() -> Vec<Arg> {
    vec![
        Arg::new("input").long("input").value_name("JSON").help(
            "Inputs as a JSON object, as @FILE that holds one, or as - to read one from stdin; \
             flags win over it",
        ),
        allow_empty_prompt(),
        output(),
        overwrite(),
        timeout("How long all of it may take; then a cancel is asked for"),
        prefer_wait(),
        cancel_after(),
        json(
            "Print one JSON document instead of paths: {\"prediction\", \"files\"}, and \"error\" \
             when it failed",
        ),
        Arg::new("emulator").long("emulator").action(ArgAction::SetTrue).help(
            "Use an emulator that runs for this command alone: no key, no network, no bill, and \
             its own made-up pictures",
        ),
    ]
}

/// `--allow-empty-prompt`.
fn allow_empty_prompt() -> Arg {
    Arg::new("allow-empty-prompt")
        .long("allow-empty-prompt")
        .action(ArgAction::SetTrue)
        .help("Send a prompt that is empty or blank; else it is refused, since it is mostly a slip")
}

/// `--output DIR`.
pub(crate) fn output() -> Arg {
    let arg = Arg::new("output")
        .short('o')
        .long("output")
        .value_name("DIR")
        .value_parser(value_parser!(OsString))
        .default_value(".")
        .help("Where the files are saved; made when it is not there");
    from_variable(arg, "QUICKROUTER_OUTPUT")
}

/// `--overwrite`.
pub(crate) fn overwrite() -> Arg {
    Arg::new("overwrite")
        .long("overwrite")
        .action(ArgAction::SetTrue)
        .help("Replace files of the same name; else a file that is there is left as it is")
}

/// `--timeout TIME`.
pub(crate) fn timeout(help: &'static str) -> Arg {
    let arg = Arg::new("timeout")
        .long("timeout")
        .value_name("TIME")
        .value_parser(duration)
        .default_value("10m")
        .help(format!("{help}: 90s, 10m, 1h30m"));
    from_variable(arg, "QUICKROUTER_TIMEOUT")
}

/// `--prefer-wait TIME`.
fn prefer_wait() -> Arg {
    let most = limits::PREFER_WAIT_MAX_SECONDS;
    Arg::new("prefer-wait").long("prefer-wait").value_name("TIME").value_parser(duration).help(
        format!(
            "Ask the gateway to answer only when it is over, or after this time (1s to {most}s): \
             fewer requests, but no id to cancel by until then"
        ),
    )
}

/// `--cancel-after TIME`.
fn cancel_after() -> Arg {
    let least = limits::CANCEL_AFTER_MIN_SECONDS;
    Arg::new("cancel-after").long("cancel-after").value_name("TIME").value_parser(duration).help(
        format!(
            "Ask the gateway to cancel it by itself when it is not over after this time ({least}s \
             or more)"
        ),
    )
}

/// `--json`.
pub(crate) fn json(help: &'static str) -> Arg {
    Arg::new("json").long("json").action(ArgAction::SetTrue).help(help)
}

/// The prediction ids of a command.
pub(crate) fn ids() -> Arg {
    Arg::new("id").value_name("ID").required(true).num_args(1..).help("Prediction ids")
}

/// Takes the value from `variable` too. Values are not shown in the help: an address may hold what
/// is nobody's business.
fn from_variable(arg: Arg, variable: &'static str) -> Arg {
    arg.env(variable).hide_env_values(true)
}
