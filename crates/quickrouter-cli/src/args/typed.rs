//! What was typed, as data.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ArgMatches;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;

use super::serving::{self, Serving};
use super::{Flag, flags_of};
use crate::model_name::{self, Named};

/// A command line.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) command: Command,
    pub(crate) verbosity: Verbosity,
}

/// How much is told on stderr.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Verbosity {
    pub(crate) verbose: bool,
    pub(crate) quiet: bool,
}

#[derive(Debug)]
pub(crate) enum Command {
    Make(Box<Making>),
    Predictions(Predictions),
    Models { model: Option<Named>, json: bool },
    Serve(Box<Serving>),
}

/// `generate` and `run`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Making {
    pub(crate) model: Named,
    pub(crate) given: Vec<Given>,
    pub(crate) prompt: Option<String>,
    pub(crate) input: Option<String>,
    pub(crate) allow_empty_prompt: bool,
    pub(crate) output: PathBuf,
    pub(crate) overwrite: bool,
    pub(crate) timeout: Duration,
    pub(crate) prefer_wait: Option<Duration>,
    pub(crate) cancel_after: Option<Duration>,
    pub(crate) json: bool,
    pub(crate) emulator: bool,
    pub(crate) connection: Connection,
}

/// A flag of an input, and the text given for it.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) flag: Flag,
    pub(crate) text: String,
}

/// Where to, and with which key.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) base_url: Option<String>,
    pub(crate) key_file: Option<PathBuf>,
    /// Whether the key file was typed: it then wins over the variable that holds a key.
    pub(crate) key_file_typed: bool,
    pub(crate) allow_http: bool,
}

/// `predictions ...`.
#[derive(Debug)]
pub(crate) struct Predictions {
    pub(crate) action: Action,
    pub(crate) ids: Vec<String>,
    pub(crate) json: bool,
    pub(crate) connection: Connection,
}

#[derive(Debug)]
pub(crate) enum Action {
    Get,
    Wait { timeout: Duration },
    Cancel,
    List { limit: usize },
    Save { output: PathBuf, overwrite: bool },
}

type Mistake = (ErrorKind, String);

/// Reads what clap understood. `other` is the model of `run` where it is no name of the contract's.
pub(super) fn read(matches: &ArgMatches, other: Option<Named>) -> Result<Typed, Mistake> {
    let (name, matches) = matches.subcommand().expect("clap requires a command");
    let command = match name {
        "generate" => Command::Make(Box::new(making(matches, SdxlInput::model().into())?)),
        "run" => {
            let (name, matches) = matches.subcommand().expect("clap requires a model");
            let known = || quickrouter::catalog::find_model(name).map(Named::from);
            let model = other.or_else(known).expect("clap knows the models");
            Command::Make(Box::new(making(matches, model)?))
        }
        "predictions" => Command::Predictions(predictions(matches)?),
        "models" => Command::Models { model: listed_model(matches)?, json: flag(matches, "json") },
        "serve" => Command::Serve(Box::new(serving::read(matches))),
        other => unreachable!("clap knows no command {other}"),
    };
    // Commands may be nested: the innermost has what was typed anywhere.
    let verbosity = Verbosity {
        verbose: innermost(matches).get_count("verbose") > 0,
        quiet: flag(innermost(matches), "quiet"),
    };
    Ok(Typed { command, verbosity })
}

fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| innermost(inner))
}

fn making(matches: &ArgMatches, model: Named) -> Result<Making, Mistake> {
    let emulator = flag(matches, "emulator");
    if emulator && let Some(id) = ["base-url", "key-file"].into_iter().find(|id| typed(matches, id))
    {
        let message = format!(
            "--emulator cannot be used with --{id}: it has an address and a key of its own; leave \
             one of them out"
        );
        return Err((ErrorKind::ArgumentConflict, message));
    }
    let given = flags_of(&model).into_iter().filter_map(|flag| {
        let text = text(matches, &flag.id())?;
        Some(Given { flag, text })
    });
    let given = given.collect();
    let has_prompt = matches.try_contains_id("prompt").unwrap_or_default();
    let prompt = has_prompt.then(|| text(matches, "prompt")).flatten();
    Ok(Making {
        model,
        given,
        prompt,
        input: text(matches, "input"),
        allow_empty_prompt: flag(matches, "allow-empty-prompt"),
        output: path(matches, "output")?.unwrap_or_default(),
        overwrite: flag(matches, "overwrite"),
        timeout: timeout(matches),
        prefer_wait: matches.get_one("prefer-wait").copied(),
        cancel_after: matches.get_one("cancel-after").copied(),
        json: flag(matches, "json"),
        emulator,
        connection: connection(matches)?,
    })
}

fn predictions(matches: &ArgMatches) -> Result<Predictions, Mistake> {
    let (name, matches) = matches.subcommand().expect("clap requires an action");
    let action = match name {
        "get" => Action::Get,
        "wait" => Action::Wait { timeout: timeout(matches) },
        "cancel" => Action::Cancel,
        "list" => Action::List { limit: matches.get_one("limit").copied().unwrap_or_default() },
        "save" => Action::Save {
            output: path(matches, "output")?.unwrap_or_default(),
            overwrite: flag(matches, "overwrite"),
        },
        other => unreachable!("clap knows no action {other}"),
    };
    let ids = matches.try_get_many::<String>("id").ok().flatten();
    Ok(Predictions {
        action,
        ids: ids.into_iter().flatten().cloned().collect(),
        json: matches.try_contains_id("json").unwrap_or_default() && flag(matches, "json"),
        connection: connection(matches)?,
    })
}

fn listed_model(matches: &ArgMatches) -> Result<Option<Named>, Mistake> {
    let Some(name) = text(matches, "model") else { return Ok(None) };
    match model_name::resolve(&name) {
        Ok(named) if named.known.is_some() => Ok(Some(named)),
        Ok(_) => Err(format!(
            "the contract does not describe the model {name:?}, so its inputs are not known here; \
             `quickrouter models` lists those it does"
        )),
        Err(message) => Err(message),
    }
    .map_err(|message| (ErrorKind::InvalidValue, message))
}

fn connection(matches: &ArgMatches) -> Result<Connection, Mistake> {
    Ok(Connection {
        base_url: text(matches, "base-url"),
        key_file: path(matches, "key-file")?,
        key_file_typed: typed(matches, "key-file"),
        allow_http: flag(matches, "allow-http"),
    })
}

fn typed(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

fn flag(matches: &ArgMatches, id: &str) -> bool {
    matches.get_flag(id)
}

fn text(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one::<String>(id).cloned()
}

fn path(matches: &ArgMatches, id: &str) -> Result<Option<PathBuf>, Mistake> {
    let Some(given) = matches.get_one::<OsString>(id) else { return Ok(None) };
    let from_variable = matches.value_source(id) == Some(ValueSource::EnvVariable);
    let Some(text) = given.to_str().filter(|_| from_variable) else {
        return Ok(Some(PathBuf::from(given)));
    };
    // A shell takes quotes and line ends away from what is typed; `docker run --env-file` keeps them.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.len() > 1 && ['"', '\''].into_iter().any(|c| text.starts_with(c) && text.ends_with(c)) {
        // Its value is not shown: some put the key itself there.
        let message = format!("the variable for --{id} has quotes in its value; leave them out");
        return Err((ErrorKind::InvalidValue, message));
    }
    Ok(Some(PathBuf::from(text)))
}

fn timeout(matches: &ArgMatches) -> Duration {
    matches.get_one("timeout").copied().expect("clap has a default for the time-out")
}
