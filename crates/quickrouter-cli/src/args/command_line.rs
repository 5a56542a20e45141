//! The command line as data.

use std::path::PathBuf;

use clap::ArgMatches;
use quickrouter::catalog::ModelInput;
use quickrouter::inputs::SdxlInput;
use serde_json::{Map, Value};

use super::again::{self, AgainArgs};
use super::auth::AuthAction;
use super::balance::BalanceArgs;
use super::completions::CompletionsArgs;
use super::config::ConfigAction;
use super::doctor::DoctorArgs;
use super::explain::ExplainArgs;
use super::flags::{Given, flags_of};
use super::generate::{GenerateFlags, no_emulator_elsewhere};
use super::mcp::{self, McpArgs};
use super::models::ModelsArgs;
use super::predictions::Action;
use super::recordings::RecordingsAction;
use super::rescue::RescueFlags;
use super::scaffold::ScaffoldFlags;
use super::serve::ServeArgs;
use super::settings::{Connection, Verbosity, own, setting};
use super::topic::TopicArgs;
use crate::exit::failure::Failure;
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
    Again(Box<AgainArgs>),
    Rescue(RescueFlags, Connection),
    Predictions(PredictionsArgs),
    Models(ModelsArgs),
    Balance(BalanceArgs, Connection),
    Recordings(RecordingsAction),
    Explain(ExplainArgs),
    Scaffold(ScaffoldArgs),
    Serve(Box<ServeArgs>, Connection),
    Mcp(Box<McpArgs>, Connection),
    Completions(CompletionsArgs),
    Help(TopicArgs),
    /// Writes the man pages: for packagers, and so in no help.
    ManPages(PathBuf),
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
    /// Of `again`: what is shown and confirmed before anything is made.
    pub(crate) review: Option<Review>,
}

/// What was recorded of a picture that is made again.
#[derive(Debug)]
pub(crate) struct Review {
    /// The file that says what the picture was made of.
    pub(crate) source: PathBuf,
    /// The input that it has.
    pub(crate) before: Map<String, Value>,
    /// Whether no confirmation is needed.
    pub(crate) yes: bool,
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
pub(super) fn read(matches: &ArgMatches, other: Option<ModelName>) -> Result<CommandLine, Failure> {
    let verbosity = setting(matches);
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
        "again" => Commands::Again(Box::new(again::read(matches)?)),
        "rescue" => Commands::Rescue(own(matches), Connection::read(matches)),
        "predictions" => Commands::Predictions(PredictionsArgs {
            action: own(matches),
            connection: Connection::read(matches),
        }),
        "balance" => Commands::Balance(own(matches), Connection::read(matches)),
        "models" => Commands::Models(own(matches)),
        "recordings" => Commands::Recordings(own(matches)),
        "serve" => Commands::Serve(Box::new(own(matches)), Connection::read(matches)),
        "mcp" => Commands::Mcp(Box::new(mcp::read(matches)?), Connection::read(matches)),
        "explain" => Commands::Explain(own(matches)),
        "scaffold" => Commands::Scaffold(ScaffoldArgs {
            flags: own(matches),
            connection: Connection::read(matches),
        }),
        "auth" => Commands::Auth(own(matches), Connection::read(matches)),
        "config" => Commands::Config(ConfigAction::read(matches), Connection::read(matches)),
        "doctor" => Commands::Doctor(own(matches), Connection::read(matches)),
        "completions" => Commands::Completions(own(matches)),
        "help" => Commands::Help(own(matches)),
        "man-pages" => Commands::ManPages(
            matches.get_one::<PathBuf>("folder").expect("it is required").clone(),
        ),
        other => unreachable!("clap knows no command {other}"),
    };
    Ok(CommandLine { command, verbosity })
}

fn generate(matches: &ArgMatches, model: ModelName) -> Result<GenerateArgs, Failure> {
    let flags: GenerateFlags = own(matches);
    no_emulator_elsewhere(flags.emulator, matches)?;
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let given = flags_of(&model).into_iter().filter_map(|flag| {
        let text = text(&flag.id())?;
        Some(Given { flag, text })
    });
    let given = given.collect();
    // Not every model takes a prompt.
    let prompt = matches.try_get_one::<String>("prompt").ok().flatten().cloned();
    Ok(GenerateArgs {
        model,
        given,
        prompt,
        flags,
        connection: Connection::read(matches),
        review: None,
    })
}
