//! The commands and their help.

use clap::{Arg, Command, value_parser};
use quickrouter::catalog::{Model, ModelInput, codes, models};
use quickrouter::inputs::SdxlInput;

use super::{flags_of, own, serving};
use crate::describe;
use crate::lang::Lang;
use crate::model_name::{self, Named};

/// The exit codes, as help and README have them.
fn exit_codes() -> String {
    let no_model = codes::MODEL_NOT_FOUND;
    format!(
        "\
Exit codes:
    0  done (`predictions get` whatever the status)
    1  anything else: nothing could be reached and nothing was sent; a file was not uploaded and
       nothing was created; it succeeded but its outputs are gone or there are none; an output was
       not fetched, decoded or written (the message names the id, and `quickrouter predictions
       save ID` tries again)
    2  arguments, settings or input refused, and nothing was sent; or a file changed while it was
       uploaded, and nothing was created
    3  the gateway refused (4xx, 429 past the deadline, 503 {no_model}), or its limits
       left no turn before the deadline
    4  the prediction failed, was canceled or aborted, or has nothing but reports of errors
    5  the deadline passed (`generate` and `run` then save what is there and ask for a cancel)
    6  a create was sent and its outcome is unknown: it may run and be billed (reset, time-out,
       5xx, an answer that cannot be read)
  130  interrupted; a cancel was asked for, where something was created"
    )
}

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
    Command::new("quickrouter")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Makes pictures through QuickRouter's Replicate API")
        .max_term_width(100)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(own::settings())
        .subcommand(generate(lang))
        .subcommand(run(lang, other))
        .subcommand(predictions())
        .subcommand(list_models())
        .subcommand(serve())
        .after_help(format!("{VARIABLES}\n\n{}", exit_codes()))
}

/// The long names that are our own, so that no input's flag may have them.
pub(super) fn own_names() -> Vec<String> {
    let args = own::settings().into_iter().chain(own::making());
    let names = args.filter_map(|arg| arg.get_long().map(str::to_owned));
    names.chain(["help".to_owned(), "version".to_owned()]).collect()
}

fn generate(lang: Lang) -> Command {
    let named = Named::from(SdxlInput::model());
    let command = Command::new("generate")
        .about("Makes pictures from a prompt and saves them")
        .long_about(format!(
            "Makes pictures from a prompt with {} and saves them.\n\nPaths of the saved files go \
             to stdout, one a line; everything else goes to stderr.",
            named.full
        ))
        .args(own::making());
    making(with_inputs(command, &named, lang))
        .mut_arg("prompt", |prompt| prompt.required_unless_present_any(["input:prompt", "input"]))
}

fn run(lang: Lang, other: Option<&(String, Named)>) -> Command {
    let command = Command::new("run")
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
        .args(own::making().into_iter().map(|arg| arg.global(true)))
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
    command.after_help(format!("{JSON_FORM}\n\n{}", exit_codes()))
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
    let raw = "Print the predictions as the gateway sent them, one JSON document a line";
    let timeout = own::timeout("How long to wait for each");
    Command::new("predictions")
        .about("Looks after predictions that were made before")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(
            Command::new("get")
                .about("Shows predictions: id, status, model, time, and the outputs below")
                .args([own::ids(), own::json(raw)]),
        )
        .subcommand(
            Command::new("wait").about("Waits until predictions are over, then shows them").args([
                own::ids(),
                timeout,
                own::json(raw),
            ]),
        )
        .subcommand(
            Command::new("cancel")
                .about("Asks for predictions to be canceled, then shows them")
                .args([own::ids(), own::json(raw)]),
        )
        .subcommand(
            Command::new("list").about("Lists predictions, the newest first").args([
                Arg::new("limit")
                    .long("limit")
                    .value_name("N")
                    .value_parser(value_parser!(usize))
                    .default_value("20")
                    .help("How many to list at most; 0 lists all"),
                own::json(raw),
            ]),
        )
        .subcommand(
            Command::new("save")
                .about("Saves the outputs of predictions; paths go to stdout, one a line")
                .args([own::ids(), own::output(), own::overwrite()]),
        )
        .after_help(
            "With several ids all are tried; the exit code is that of the first that failed.",
        )
}

fn list_models() -> Command {
    Command::new("models")
        .about("Lists the models of the contract, or the inputs of one")
        .arg(Arg::new("model").value_name("MODEL").help("A model's name, full or short"))
        .arg(own::json("Print JSON Schemas of the input instead"))
        .args(hidden_settings())
}

fn serve() -> Command {
    let command = Command::new("serve")
        .about("Serves the emulator: the gateway on your own machine, without a bill");
    serving::flags(command).args(hidden_settings()).after_help(SERVE_FORM)
}

/// The settings of the connection, for a command that makes none: understood, not shown.
fn hidden_settings() -> impl Iterator<Item = Arg> {
    let loud = |arg: &Arg| matches!(arg.get_id().as_str(), "verbose" | "quiet");
    own::settings().into_iter().filter(move |arg| !loud(arg)).map(|arg| arg.hide(true))
}
