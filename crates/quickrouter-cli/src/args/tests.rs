use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use quickrouter::catalog::ModelName;
use serde_json::{Value, json};

use super::command_line::{CommandLine, Commands, GenerateArgs};
use super::parse::{Stop, parse_alone};
use super::predictions::Action;
use super::serve::Host;
use super::{commands, flags};
use crate::text::lang::Lang;

fn typed(words: &[&str]) -> Result<CommandLine, Stop> {
    let argv = std::iter::once("quickrouter").chain(words.iter().copied()).map(OsString::from);
    parse_alone(&argv.collect::<Vec<_>>(), Lang::English)
}

fn making(words: &[&str]) -> GenerateArgs {
    match typed(words).unwrap().command {
        Commands::Generate(making) => *making,
        other => panic!("{other:?}"),
    }
}

/// The lines of a usage error, in English.
fn mistake(words: &[&str]) -> String {
    match typed(words).map(|typed| typed.command) {
        Err(Stop::Usage(failure)) => {
            assert_eq!(failure.code, 2, "{words:?}");
            failure.plain(Lang::English)
        }
        Err(Stop::Incomplete { .. }) => "incomplete".to_owned(),
        other => panic!("{words:?}: {other:?}"),
    }
}

fn given<'a>(making: &'a GenerateArgs, input: &str) -> Option<&'a str> {
    let given = making.given.iter().find(|given| given.flag.input == input);
    given.map(|given| given.text.as_str())
}

#[test]
fn clap_finds_nothing_wrong_with_the_commands() {
    commands::root(Lang::English, None).debug_assert();
    commands::root(Lang::Chinese, None).debug_assert();
}

#[test]
fn a_model_is_run_by_its_full_or_its_short_name() {
    for model in quickrouter::catalog::models() {
        let short = ModelName::short(model).unwrap_or(model.name);
        for name in [model.name, short] {
            assert_eq!(making(&["run", name]).model, model.into());
        }
    }
}

#[test]
fn flags_keep_what_was_typed() {
    let making = making(&[
        "generate",
        "a fox",
        "--num-outputs",
        "2",
        "--seed",
        "-7",
        "--prompt_strength=0.5",
        "--apply-watermark=false",
        "--disable-safety-checker",
        "--timeout",
        "1h30m",
        "-o",
        "there",
    ]);
    assert_eq!(making.prompt.as_deref(), Some("a fox"));
    assert_eq!(given(&making, "num_outputs"), Some("2"));
    assert_eq!(given(&making, "seed"), Some("-7"));
    assert_eq!(given(&making, "prompt_strength"), Some("0.5"));
    assert_eq!(given(&making, "apply_watermark"), Some("false"));
    assert_eq!(given(&making, "disable_safety_checker"), Some("true"));
    assert_eq!(given(&making, "width"), None);
    assert_eq!(making.flags.limit.timeout, Duration::from_secs(5400));
    assert_eq!(making.flags.files.output.folder, Path::new("there"));
}

#[test]
fn again_takes_the_flags_of_run_but_no_input() {
    let words =
        ["again", "a.png", "--set", "a=1", "--set", "b=", "-y", "--timeout", "5s", "-o", "o"];
    let Commands::Again(again) = typed(&words).unwrap().command else { panic!("not again") };
    assert_eq!(again.picture.set, ["a=1", "b="]);
    assert!(again.flags.money.yes && again.flags.files.output.folder == Path::new("o"));
    assert_eq!(again.flags.limit.timeout, Duration::from_secs(5));
    for words in [
        &["again"][..],
        &["again", "a.png", "--input", "{}"],
        &["again", "a.png", "--emulator", "--base-url", "http://127.0.0.1:1"],
        &["generate", "x", "--detach", "--emulator"],
        &["run", "sdxl", "x", "--detach", "--sidecar"],
        &["rescue", "--since", "1"],
    ] {
        mistake(words);
    }
}

#[test]
fn settings_may_stand_before_the_command_or_after_it() {
    for words in
        [["--base-url", "http://a", "generate", "x"], ["generate", "x", "--base-url", "http://a"]]
    {
        assert_eq!(making(&words).connection.base_url.as_deref(), Some("http://a"));
    }
    let making = making(&["run", "--json", "sdxl", "x", "-vv", "--output", "o"]);
    assert!(making.flags.json && making.flags.files.output.folder == Path::new("o"));
    assert!(typed(&["run", "-v", "a/b", "-v", "-q"]).unwrap().verbosity.quiet);
}

#[test]
fn an_unknown_model_takes_input_alone() {
    let making = making(&["run", "some/model", "--input", "{\"a\": 1}", "--timeout", "5s"]);
    assert_eq!(making.model.full, "some/model");
    assert_eq!(making.flags.input.as_deref(), Some("{\"a\": 1}"));
    assert_eq!(making.flags.limit.timeout, Duration::from_secs(5));
    let message = mistake(&["run", "some/model", "--width", "8"]);
    assert!(message.contains("there is no argument --width here"), "{message}");
}

#[test]
fn another_version_of_a_known_model_keeps_its_flags() {
    let name = format!("sdxl:{}", "0".repeat(64));
    let making = making(&["run", &name, "a fox", "--width", "8"]);
    assert_eq!(making.model.full, format!("stability-ai/{name}"));
    assert_eq!(given(&making, "width"), Some("8"));
}

#[test]
fn slips_are_answered_with_the_nearest_name() {
    let message = mistake(&["run", "sdlx"]);
    assert!(message.contains("did you mean sdxl?"), "{message}");
    let message = mistake(&["generate", "x", "--num-ouputs", "2"]);
    assert!(message.contains("did you mean --num-outputs?"), "{message}");
}

#[test]
fn what_makes_no_sense_is_a_usage_error() {
    for words in [
        &["generate"][..],
        &["run"],
        &["predictions", "get"],
        &["models", "some/model"],
        &["generate", "x", "--timeout", "10"],
        &["generate", "x", "--emulator", "--base-url", "http://127.0.0.1:1"],
        &["--key-file", "k", "run", "sdxl", "--emulator"],
        &["serve", "--port", "70000"],
        &["serve", "--time-scale", "fast"],
        &["serve", "--record", "d"],
        &["serve", "--upstream", "https://a.example"],
        &["serve", "--record", "d", "--upstream", "https://a.example", "--key", "secret"],
        &["serve", "--record", "d", "--upstream", "https://a.example", "--fault", "{}"],
        &["serve", "--record", "d", "--upstream", "https://a.example", "--time-scale", "2"],
        &["serve", "--record", "d", "--upstream", "https://a.example", "--cors"],
        &["serve", "--record", "d", "--upstream", "https://a.example", "--state", "s"],
        &["recordings", "import", "f"],
        &["recordings", "import", "--output", "d"],
        &["generate", "x", "--key", "secret"],
    ] {
        mistake(words);
    }
}

#[test]
fn a_host_is_an_address_or_localhost() {
    let host = |text: &str| match typed(&["serve", "--host", text]).unwrap().command {
        Commands::Serve(typed, _) => typed.host,
        other => panic!("{other:?}"),
    };
    assert!(matches!(host("localhost"), Host::Localhost));
    for (text, loopback) in
        [("LOCALHOST", true), ("::1", true), ("127.0.0.9", true), ("0.0.0.0", false), ("::", false)]
    {
        assert_eq!(host(text).is_loopback(), loopback, "{text}");
    }
    let message = mistake(&["serve", "--host", "my-machine"]);
    assert!(message.contains("my-machine") && message.contains("localhost"), "{message}");
}

#[test]
fn limits_are_left_to_the_check_that_knows_them_all() {
    let making = making(&["generate", "x", "--scheduler", "none-such", "--width", "wide"]);
    assert_eq!(given(&making, "scheduler"), Some("none-such"));
    assert_eq!(given(&making, "width"), Some("wide"));
}

#[test]
fn an_input_named_like_a_flag_of_ours_gets_a_longer_one() {
    let schema: &'static Value = Box::leak(Box::new(json!({"type": "string"})));
    let names = ["json", "input", "input_json", "help", "num_outputs"];
    let inputs = names.iter().map(|name| (*name, schema));
    let flags = flags::flags(inputs, &["json"], &flags::own_names());
    let names: Vec<_> = flags.iter().map(|flag| flag.name.as_str()).collect();
    assert_eq!(
        names,
        ["input-input-json", "input-input", "input-json", "input-help", "num-outputs"]
    );
    assert!(flags[0].required);
}

#[test]
fn predictions_take_several_ids() {
    let Commands::Predictions(typed) = typed(&["predictions", "wait", "a", "b"]).unwrap().command
    else {
        panic!("not predictions")
    };
    assert_eq!(typed.action.ids(), ["a", "b"]);
    assert!(
        matches!(typed.action, Action::Wait { limit, .. } if limit.timeout == Duration::from_secs(600))
    );
}
