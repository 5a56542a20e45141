//! The commands and their help.

use clap::{Arg, Args, Command, Subcommand};
use quickrouter::catalog::{Model, ModelInput, models};
use quickrouter::inputs::SdxlInput;

use super::flags::flags_of;
use super::generate::GenerateFlags;
use super::help;
use super::models::ModelsArgs;
use super::predictions::Action;
use super::recordings::RecordingsAction;
use super::serve::ServeArgs;
use super::settings::{Connection, Verbosity};
use crate::exit::codes;
use crate::text::describe;
use crate::text::lang::Lang;
use quickrouter::catalog::ModelName;

const VARIABLES: &str = "\
Environment variables:
  QUICKROUTER_API_KEY        API key; there is no flag for it, since other users can see flags
  QUICKROUTER_NO_CACHE       Disable the cache of how long predictions took, which times waits
  LC_ALL, LC_MESSAGES, LANG  Show models and inputs in Chinese (zh...)";

const JSON_FORM: &str = "\
With --json, stdout receives one JSON document, also on failure:
  {\"prediction\": ..., \"files\": [...]}
  {\"error\": {\"message\", \"details\", \"hints\", \"kind\", \"code\", \"exit_code\", \"prediction_id\",
   \"request_id\", \"answer\", \"unread\"}, \"prediction\": ... or null, \"files\": [...]}
The kind and the code are the same in every language; the code is the finer one.";

/// The whole command line. `other` is a model whose name is not in the contract, as typed.
pub(crate) fn root(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    help::localized(assembled(lang, other), lang)
}

/// The command line before its words are set.
#[cfg(test)]
pub(crate) fn unlocalized(lang: Lang) -> Command {
    assembled(lang, None)
}

fn assembled(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    // Set `about` after the flags: augmenting takes it from the comment on their struct.
    let root = Verbosity::augment_args(Connection::augment_args(Command::new("quickrouter")));
    let root = root
        .mut_args(|arg| arg.global(true))
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .subcommand(generate(lang))
        .subcommand(run(lang, other))
        .subcommand(predictions())
        .subcommand(list_models())
        .subcommand(serve())
        .subcommand(recordings())
        .after_help(format!("{VARIABLES}\n\n{}", codes::table()));
    values_hidden(root)
}

/// Hides the values of variables from the help: a URL may contain a secret.
fn values_hidden(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(values_hidden)
}

fn generate(lang: Lang) -> Command {
    let named = ModelName::from(SdxlInput::model());
    let command = GenerateFlags::augment_args(Command::new("generate"));
    making(with_inputs(command, &named, lang))
        .mut_arg("prompt", |prompt| prompt.required_unless_present_any(["input:prompt", "input"]))
}

fn run(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    let command = GenerateFlags::augment_args(Command::new("run"))
        .mut_args(|arg| arg.global(true))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .allow_external_subcommands(true)
        .subcommand_value_name("MODEL")
        .subcommand_help_heading("heading-models")
        .subcommands(models().iter().map(|model| run_model(model, lang)));
    let command = match other {
        Some((typed, named)) => {
            let about = format!("Run {} and save its outputs", named.full);
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
    let command = match ModelName::short(model) {
        Some(short) => command.visible_alias(short),
        None => command,
    };
    making(with_inputs(command, &ModelName::from(model), lang))
}

fn making(command: Command) -> Command {
    command.after_help(format!("{JSON_FORM}\n\n{}", codes::table()))
}

/// Adds a flag for every input, and a place for the prompt where the model takes one.
fn with_inputs(command: Command, named: &ModelName, lang: Lang) -> Command {
    let flags = flags_of(named);
    let command = match flags.iter().find(|flag| flag.input == "prompt") {
        Some(flag) => {
            let help = describe::description(flag.schema, lang);
            command.arg(Arg::new("prompt").value_name("PROMPT").help(lang.of(
                format!("{help} Same as --{}; - reads it from stdin", flag.name),
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
    command.subcommand_required(true).arg_required_else_help(true).disable_help_subcommand(true)
}

fn list_models() -> Command {
    unconnected(ModelsArgs::augment_args(Command::new("models")))
}

fn serve() -> Command {
    // With --record it is connected.
    let shown = ["key_file", "allow_http"];
    unconnected(ServeArgs::augment_args(Command::new("serve"))).mut_args(move |arg| {
        let recording = shown.contains(&arg.get_id().as_str());
        if recording { arg.hide(false).help_heading("heading-recording") } else { arg }
    })
}

fn recordings() -> Command {
    let command = RecordingsAction::augment_subcommands(Command::new("recordings"));
    unconnected(command)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
}

/// Accepts the connection settings without showing them, for a command that makes no connection.
fn unconnected(command: Command) -> Command {
    let settings = Connection::augment_args(Command::new(""));
    command.args(settings.get_arguments().map(|arg| arg.clone().global(true).hide(true)))
}
