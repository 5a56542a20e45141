//! The commands and their help.

use clap::{Arg, Args, Command, Subcommand};
use quickrouter::{Model, ModelInput, SdxlInput, models};

use super::flags::flags_of;
use super::generate::GenerateFlags;
use super::models::ModelsArgs;
use super::predictions::Action;
use super::serve::ServeArgs;
use super::settings::{Connection, Verbosity};
use crate::exit::codes;
use crate::text::describe;
use crate::text::lang::Lang;
use crate::text::model_name::{self, Named};

const VARIABLES: &str = "\
Variables:
  QUICKROUTER_API_KEY  the key (never a flag: other users can see those); or --key-file
  QUICKROUTER_NO_CACHE  keeps nothing between runs: else how long predictions took, by which the end
                       of the next one is expected, in the platform's folder for caches
  LC_ALL, LC_MESSAGES, LANG  zh... shows models and inputs in Chinese";

const JSON_FORM: &str = "\
With --json stdout gets one JSON document, also when it failed:
  {\"prediction\": ..., \"files\": [...]}
  {\"error\": {\"message\", \"kind\", \"exit_code\", \"prediction_id\", \"request_id\", \"answer\",
   \"unread\"}, \"prediction\": ... or null, \"files\": [...]}";

const SERVE_FORM: &str = "\
The first two lines on stdout are ready for a shell:
  export QUICKROUTER_BASE_URL=...
  export QUICKROUTER_API_KEY=...
Then it serves until it is interrupted, and ends with exit code 0.";

/// The whole command line. `other` is a model that is no name of the contract's, as it was typed.
pub(crate) fn root(lang: Lang, other: Option<&(String, Named)>) -> Command {
    // An `about` comes after the flags: theirs would be the comment on their struct.
    let root = Verbosity::augment_args(Connection::augment_args(Command::new("quickrouter")));
    let root = root
        .mut_args(|arg| arg.global(true))
        .version(env!("CARGO_PKG_VERSION"))
        .about("Makes pictures through QuickRouter's Replicate API")
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(generate(lang))
        .subcommand(run(lang, other))
        .subcommand(predictions())
        .subcommand(list_models())
        .subcommand(serve())
        .after_help(format!("{VARIABLES}\n\n{}", codes::table()));
    values_hidden(root)
}

/// The values of variables are not shown in the help: an address may hold what is nobody's business.
fn values_hidden(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(values_hidden)
}

fn generate(lang: Lang) -> Command {
    let named = Named::from(SdxlInput::model());
    let command = GenerateFlags::augment_args(Command::new("generate"))
        .about("Makes pictures from a prompt and saves them")
        .long_about(format!(
            "Makes pictures from a prompt with {} and saves them.\n\nPaths of the saved files go \
             to stdout, one a line; everything else goes to stderr.",
            named.full
        ));
    making(with_inputs(command, &named, lang))
        .mut_arg("prompt", |prompt| prompt.required_unless_present_any(["input:prompt", "input"]))
}

fn run(lang: Lang, other: Option<&(String, Named)>) -> Command {
    let command = GenerateFlags::augment_args(Command::new("run"))
        .mut_args(|arg| arg.global(true))
        .about("Runs any model and saves what it makes")
        .long_about(
            "Runs any model and saves what it makes.\n\nPaths of the saved files go to stdout, one \
             a line; everything else goes to stderr. A model of the contract has a flag for every \
             input (`quickrouter run MODEL --help`); any other takes --input alone, and is written \
             owner/name, owner/name:version or as a version of 64 hexadecimal digits.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .allow_external_subcommands(true)
        .subcommand_value_name("MODEL")
        .subcommand_help_heading("Models")
        .subcommands(models().iter().map(|model| run_model(model, lang)));
    let command = match other {
        Some((typed, named)) => {
            let about = format!("Runs {} and saves what it makes", named.full);
            let model = Command::new(typed.clone()).about(about).hide(true);
            command.subcommand(making(with_inputs(model, named, lang)))
        }
        None => command,
    };
    making(command)
}

fn run_model(model: &'static Model, lang: Lang) -> Command {
    let about = lang.of(model.description(), model.description_zh());
    let command = Command::new(model.name).about(about);
    let command = match model_name::short_name(model) {
        Some(short) => command.visible_alias(short),
        None => command,
    };
    making(with_inputs(command, &Named::from(model), lang))
}

fn making(command: Command) -> Command {
    command.after_help(format!("{JSON_FORM}\n\n{}", codes::table()))
}

/// Adds a flag for every input, and a place for the prompt where the model takes one.
fn with_inputs(command: Command, named: &Named, lang: Lang) -> Command {
    let flags = flags_of(named);
    let command = match flags.iter().find(|flag| flag.input == "prompt") {
        Some(flag) => {
            let help = describe::description(flag.schema, lang);
            command.arg(Arg::new("prompt").value_name("PROMPT").help(lang.of(
                format!("{help} The same as --{}; - reads it from stdin", flag.name),
                format!("{help}与 --{} 相同；写 - 则从标准输入读取", flag.name),
            )))
        }
        None => command,
    };
    let heading = lang.of(format!("Inputs of {}", named.full), format!("{} 的输入", named.full));
    command.args(flags.iter().map(|flag| flag.arg(lang).help_heading(heading.clone())))
}

fn predictions() -> Command {
    let command = Action::augment_subcommands(Command::new("predictions"));
    command
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .after_help(
            "With several ids all are tried; the exit code is that of the first that failed.",
        )
}

fn list_models() -> Command {
    unconnected(ModelsArgs::augment_args(Command::new("models")))
}

fn serve() -> Command {
    unconnected(ServeArgs::augment_args(Command::new("serve"))).after_help(SERVE_FORM)
}

/// A command that makes no connection: its settings are understood, not shown.
fn unconnected(command: Command) -> Command {
    let settings = Connection::augment_args(Command::new(""));
    command.args(settings.get_arguments().map(|arg| arg.clone().global(true).hide(true)))
}
