//! The command line as data.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Error, FromArgMatches};
use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;

use super::auth::AuthAction;
use super::balance::BalanceArgs;
use super::config::ConfigAction;
use super::doctor::DoctorArgs;
use super::explain::ExplainArgs;
use super::flags::{Given, flags_of};
use super::generate::GenerateFlags;
use super::models::ModelsArgs;
use super::predictions::Action;
use super::recordings::RecordingsAction;
use super::scaffold::ScaffoldFlags;
use super::serve::ServeArgs;
use super::settings::{Connection, Verbosity};
use quickrouter::catalog::ModelName;

/// A command line.
#[derive(Debug)]
pub(crate) struct CommandLine {
    pub(crate) command: Commands,
    pub(crate) verbosity: Verbosity,
}

#[derive(Debug)]
pub(crate) enum Commands {
    /// No command: what to try.
    Welcome,
    Generate(Box<GenerateArgs>),
    Predictions(PredictionsArgs),
    Models(ModelsArgs),
    Balance(BalanceArgs, Connection),
    Recordings(RecordingsAction),
    Explain(ExplainArgs),
    Scaffold(ScaffoldArgs),
    Serve(Box<ServeArgs>, Connection),
    Auth(AuthAction, Connection),
    Config(ConfigAction, Connection),
    Doctor(DoctorArgs, Connection),
}

/// `generate` or `run`, as typed.
#[derive(Debug)]
pub(crate) struct GenerateArgs {
    pub(crate) model: ModelName,
    pub(crate) given: Vec<Given>,
    pub(crate) prompt: Option<String>,
    pub(crate) flags: GenerateFlags,
    pub(crate) connection: Connection,
}

/// `scaffold`, as typed.
#[derive(Debug)]
pub(crate) struct ScaffoldArgs {
    pub(crate) flags: ScaffoldFlags,
    pub(crate) connection: Connection,
}

/// `predictions ...`, as typed.
#[derive(Debug)]
pub(crate) struct PredictionsArgs {
    pub(crate) action: Action,
    pub(crate) connection: Connection,
}

/// Converts what clap parsed. `other` is the model of `run` if its name is not in the contract.
pub(super) fn read(matches: &ArgMatches, other: Option<ModelName>) -> Result<CommandLine, Error> {
    let verbosity = setting(matches)?;
    let Some((name, matches)) = matches.subcommand() else {
        return Ok(CommandLine { command: Commands::Welcome, verbosity });
    };
    let command = match name {
        "generate" => Commands::Generate(Box::new(generate(matches, SdxlInput::model().into())?)),
        "run" => {
            let (name, matches) = matches.subcommand().expect("clap requires a model");
            let known = || quickrouter::catalog::find_model(name).map(ModelName::from);
            let model = other.or_else(known).expect("clap knows the models");
            Commands::Generate(Box::new(generate(matches, model)?))
        }
        "predictions" => Commands::Predictions(PredictionsArgs {
            action: Action::from_arg_matches(matches)?,
            connection: connection(matches)?,
        }),
        "balance" => Commands::Balance(BalanceArgs::from_arg_matches(matches)?, setting(matches)?),
        "models" => Commands::Models(ModelsArgs::from_arg_matches(matches)?),
        "recordings" => Commands::Recordings(RecordingsAction::from_arg_matches(matches)?),
        "explain" => Commands::Explain(ExplainArgs::from_arg_matches(matches)?),
        "scaffold" => Commands::Scaffold(ScaffoldArgs {
            flags: ScaffoldFlags::from_arg_matches(matches)?,
            connection: setting(matches)?,
        }),
        "serve" => {
            let serving = ServeArgs::from_arg_matches(matches)?;
            Commands::Serve(Box::new(serving), connection(matches)?)
        }
        "auth" => Commands::Auth(AuthAction::from_arg_matches(matches)?, connection(matches)?),
        "config" => Commands::Config(ConfigAction::read(matches)?, connection(matches)?),
        "doctor" => Commands::Doctor(DoctorArgs::from_arg_matches(matches)?, connection(matches)?),
        other => unreachable!("clap knows no command {other}"),
    };
    Ok(CommandLine { command, verbosity })
}

/// Reads flags that are accepted at any level; the innermost command has them all.
fn setting<T: Args>(matches: &ArgMatches) -> Result<T, Error> {
    match matches.subcommand() {
        Some((_, inner)) => setting(inner),
        None => T::from_arg_matches(matches),
    }
}

/// Reads the settings of the connection, with where each comes from.
fn connection(matches: &ArgMatches) -> Result<Connection, Error> {
    match matches.subcommand() {
        Some((_, inner)) => connection(inner),
        None => Connection::read(matches),
    }
}

fn generate(matches: &ArgMatches, model: ModelName) -> Result<GenerateArgs, Error> {
    let flags = GenerateFlags::from_arg_matches(matches)?;
    let typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let conflicts =
        [("base_url", "--base-url"), ("key_file", "--key-file"), ("profile", "--profile")];
    if let Some((_, flag)) = conflicts.into_iter().find(|(id, _)| flags.emulator && typed(id)) {
        let message = format!(
            "--emulator cannot be used with {flag}: it has its own address and key; leave one of \
             them out"
        );
        return Err(Error::raw(ErrorKind::ArgumentConflict, message));
    }
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let given = flags_of(&model).into_iter().filter_map(|flag| {
        let text = text(&flag.id())?;
        Some(Given { flag, text })
    });
    let given = given.collect();
    // Not every model takes a prompt.
    let prompt = matches.try_get_one::<String>("prompt").ok().flatten().cloned();
    Ok(GenerateArgs { model, given, prompt, flags, connection: connection(matches)? })
}
