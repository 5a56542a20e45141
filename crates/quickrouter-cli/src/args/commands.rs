//! The commands and their help.

use clap::builder::NonEmptyStringValueParser;
use clap::{Arg, ArgAction, Args, Command, Subcommand};
use quickrouter::catalog::{Model, ModelInput, models};
use quickrouter::inputs::SdxlInput;

use super::again;
use super::auth::AuthAction;
use super::balance::BalanceArgs;
use super::completions::CompletionsArgs;
use super::config::ConfigAction;
use super::doctor::DoctorArgs;
use super::explain::ExplainArgs;
use super::flags::flags_of;
use super::generate::GenerateFlags;
use super::help::{self, Topic};
use super::mcp::McpArgs;
use super::models::{ModelsArgs, described};
use super::predictions::Action;
use super::recordings::RecordingsAction;
use super::rescue::RescueFlags;
use super::scaffold::ScaffoldFlags;
use super::serve::ServeArgs;
use super::settings::{self, Connection, Verbosity};
use super::topic::TopicArgs;
use super::values::{Offering, PathParser};
use crate::text::describe;
use crate::text::lang::Lang;
use crate::text::message::message;
use quickrouter::catalog::ModelName;

/// The id and the name of the flag that requests help.
pub(crate) const HELP: &str = "help";

/// The whole command line. `other` is a model whose name is not in the contract, as typed.
pub(crate) fn root(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    help::localized(assembled(lang, other).subcommand(man_pages()), lang)
}

/// The command line without what no help shows, which scripts for shells would offer.
pub(crate) fn shown(lang: Lang) -> Command {
    help::localized(assembled(lang, None), lang)
}

/// The command line before its words are set.
#[cfg(test)]
pub(crate) fn unlocalized(lang: Lang) -> Command {
    assembled(lang, None)
}

fn assembled(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    let root = Verbosity::augment_args(Connection::augment_args(Command::new("quickrouter")));
    // The words of clap's own flags and of its command `help` are English.
    let root = root
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(asked(HELP, 'h', ArgAction::Help))
        .arg(settings::lang())
        .mut_args(|arg| arg.global(true))
        .arg(asked("version", 'V', ArgAction::Version))
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand(generate(lang))
        .subcommand(run(lang, other))
        .subcommand(making(again::augment(Command::new("again")), lang))
        .subcommand(RescueFlags::augment_args(Command::new("rescue")))
        .subcommand(predictions())
        .subcommand(balance())
        .subcommand(list_models())
        .subcommand(serve())
        .subcommand(McpArgs::augment_args(Command::new("mcp")))
        .subcommand(recordings())
        .subcommand(auth())
        .subcommand(config())
        .subcommand(DoctorArgs::augment_args(Command::new("doctor")))
        .subcommand(unconnected(ExplainArgs::augment_args(Command::new("explain"))))
        .subcommand(ScaffoldFlags::augment_args(Command::new("scaffold")))
        .subcommand(unconnected(CompletionsArgs::augment_args(Command::new("completions"))));
    let topics = TopicArgs::augment_args(Command::new("help"));
    let offers = topic_names(&root);
    let topics = topics.mut_arg("topic", |topic| {
        let parser = NonEmptyStringValueParser::new();
        topic.value_parser(Offering { parser, offers }).hide_possible_values(true)
    });
    values_hidden(root.subcommand(unconnected(topics)))
}

fn asked(name: &'static str, short: char, action: ArgAction) -> Arg {
    Arg::new(name).short(short).long(name).action(action).help_heading("heading-settings")
}

/// What `help` explains: commands and topics.
fn topic_names(root: &Command) -> Vec<String> {
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = commands.map(|command| command.get_name().to_owned());
    commands.chain(Topic::ALL.map(|topic| topic.name().to_owned())).collect()
}

fn man_pages() -> Command {
    let folder = Arg::new("folder").required(true).value_parser(PathParser);
    unconnected(Command::new("man-pages").about("").hide(true).arg(folder.hide(true)))
}

/// The command at `path`, with all that it inherits.
pub(crate) fn inner(mut root: Command, path: &[impl AsRef<str>]) -> Command {
    root.build();
    path.iter().fold(root, |command, name| {
        let inner = command.find_subcommand(name.as_ref()).cloned();
        inner.expect("clap found it")
    })
}

/// Hides the values of variables from the help: a URL may contain a secret.
fn values_hidden(command: Command) -> Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(values_hidden)
}

fn generate(lang: Lang) -> Command {
    let named = ModelName::from(SdxlInput::model());
    let command = GenerateFlags::augment_args(Command::new("generate"));
    making(with_inputs(command, &named, lang), lang)
        .mut_arg("prompt", |prompt| prompt.required_unless_present_any(["input:prompt", "input"]))
}

fn run(lang: Lang, other: Option<&(String, ModelName)>) -> Command {
    let command = GenerateFlags::augment_args(Command::new("run"))
        .mut_args(|arg| arg.global(true))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .allow_external_subcommands(true)
        .subcommand_value_name("MODEL")
        .subcommand_help_heading("heading-models")
        .subcommands(models().iter().map(|model| run_model(model, lang)));
    let command = match other {
        Some((typed, named)) => {
            let about = message!("help-other-model", model = &named.full).to_text(lang);
            let model = Command::new(typed.clone()).about(about).hide(true);
            command.subcommand(making(with_inputs(model, named, lang), lang))
        }
        None => command,
    };
    making(command, lang)
}

fn run_model(model: &'static Model, lang: Lang) -> Command {
    let about = lang.of(model.description(), model.description_zh());
    let command = Command::new(model.name).about(about);
    let command = match ModelName::short(model) {
        Some(short) => command.visible_alias(short),
        None => command,
    };
    making(with_inputs(command, &ModelName::from(model), lang), lang)
}

fn making(command: Command, lang: Lang) -> Command {
    command.after_help(message!("json-form").to_text(lang))
}

/// Adds a flag for every input, and a place for the prompt where the model takes one.
fn with_inputs(command: Command, named: &ModelName, lang: Lang) -> Command {
    let flags = flags_of(named);
    // That of the last flags would go on.
    let command = command.next_help_heading(None::<&str>);
    let command = match flags.iter().find(|flag| flag.input == "prompt") {
        Some(flag) => {
            let description = describe::description(flag.schema, lang);
            let help = message!("prompt-argument", description = description, flag = &flag.name);
            command.arg(Arg::new("prompt").value_name("PROMPT").help(help.to_text(lang)))
        }
        None => command,
    };
    let heading = message!("heading-inputs", model = &named.full).to_text(lang);
    command.args(flags.iter().map(|flag| flag.arg(lang).help_heading(heading.clone())))
}

fn predictions() -> Command {
    let command = Action::augment_subcommands(Command::new("predictions"));
    command.subcommand_required(true).arg_required_else_help(true)
}

fn balance() -> Command {
    BalanceArgs::augment_args(Command::new("balance"))
}

fn list_models() -> Command {
    let command = unconnected(ModelsArgs::augment_args(Command::new("models")));
    command.mut_arg("model", |model| {
        let names = models().iter().flat_map(|model| [Some(model.name), ModelName::short(model)]);
        let offers = names.flatten().map(str::to_owned).collect();
        model.value_parser(Offering { parser: described, offers }).hide_possible_values(true)
    })
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
    unconnected(command).subcommand_required(true).arg_required_else_help(true)
}

fn auth() -> Command {
    let command = AuthAction::augment_subcommands(Command::new("auth"));
    command.subcommand_required(true).arg_required_else_help(true).disable_help_subcommand(true)
}

fn config() -> Command {
    let command = ConfigAction::augment_subcommands(Command::new("config"));
    command.subcommand_required(true).arg_required_else_help(true).disable_help_subcommand(true)
}

/// Accepts the connection settings without showing them, for a command that makes no connection.
fn unconnected(command: Command) -> Command {
    let settings = Connection::augment_args(Command::new(""));
    command.args(settings.get_arguments().map(|arg| arg.clone().global(true).hide(true)))
}
