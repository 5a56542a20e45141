use std::ffi::OsString;
use std::fmt::Write;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};

use crate::args::parse::{Stop, parse_alone};
use crate::exit::failure::Failure;
use crate::text::lang::Lang;

const LANGS: [(Lang, &str); 2] = [(Lang::English, "en"), (Lang::Chinese, "zh")];

/// What is printed for a command line that cannot be understood.
fn shown(words: &[&str], lang: Lang) -> String {
    let argv = std::iter::once("quickrouter").chain(words.iter().copied()).map(OsString::from);
    match parse_alone(&argv.collect::<Vec<_>>(), lang) {
        Err(Stop::Usage(failure)) => lines(&failure, lang),
        other => panic!("{words:?}: {other:?}"),
    }
}

fn lines(failure: &Failure, lang: Lang) -> String {
    assert_eq!(failure.code, 2);
    failure.plain(lang)
}

/// A command line for every kind of error that clap raises for these commands, and for every message of
/// our own parsers.
const MISTAKES: [&[&str]; 34] = [
    &["generate", "x", "--widht", "8"],
    &["--width", "8", "generate", "x"],
    &["generate", "x", "--", "-y"],
    &["generate", "x", "-j"],
    &["generate", "x", "y"],
    &["genrate", "x"],
    &["predictions", "gett", "p1"],
    &["foo"],
    &["serve", "--personality", "gatewy"],
    &["serve", "--port", "99999"],
    &["serve", "--creates-per-minute", "0"],
    &["serve", "--time-scale", "fast"],
    &["serve", "--host", "my-machine"],
    &["serve", "--fault-seed", "-1"],
    &["serve", "--record", "d"],
    &["serve", "--record", "d", "--upstream", "u", "--cors", "--state", "s"],
    &["generate", "x", "--timeout"],
    &["generate", "x", "--timeout", "10M"],
    &["generate", "x", "--timeout", "600"],
    &["generate", "x", "--timeout", "0s"],
    &["generate", "x", "--timeout", "2 years"],
    &["generate", "x", "--timeout", "'10m'"],
    &["generate", "x", "--timeout", "1s", "--timeout", "2s"],
    &["generate", "x", "--apply-watermark", "false"],
    &["generate", "x", "--image", ""],
    &["generate", "x", "--json=true"],
    &["generate"],
    &["generate", "x", "--emulator", "--base-url", "http://127.0.0.1:1"],
    &["run", "sdlx", "x"],
    &["run", "zzz", "x"],
    &["models", "some/model"],
    &["recordings", "import", "f"],
    &["completions", "tcsh"],
    &["--lang=xx", "models"],
];

#[test]
fn every_mistake_is_told_in_both_languages() {
    for (lang, suffix) in LANGS {
        let mut all = String::new();
        for words in MISTAKES {
            let _ = writeln!(all, "$ quickrouter {}\n{}\n", words.join(" "), shown(words, lang));
        }
        insta::assert_snapshot!(format!("mistakes_{suffix}"), all);
    }
}

#[test]
fn no_words_of_claps_stand_in_a_chinese_usage_error() {
    for words in MISTAKES {
        let text = shown(words, Lang::Chinese);
        for of_clap in ["error:", "Usage", "tip:", "invalid", "found", "required", "argument"] {
            assert!(!text.contains(of_clap), "{of_clap}: {text}");
        }
    }
}

/// Kinds that no flag of today can raise are told, too.
#[test]
fn kinds_that_no_flag_raises_yet_are_told() {
    let command = Command::new("quickrouter");
    let text = |text: &str| ContextValue::String(text.to_owned());
    for (lang, suffix) in LANGS {
        let mut all = String::new();
        for kind in [
            ErrorKind::TooManyValues,
            ErrorKind::TooFewValues,
            ErrorKind::WrongNumberOfValues,
            ErrorKind::MissingSubcommand,
            ErrorKind::InvalidUtf8,
            ErrorKind::Io,
            ErrorKind::Format,
        ] {
            let mut error = Error::new(kind);
            error.insert(ContextKind::InvalidArg, text("--size <N>"));
            error.insert(ContextKind::InvalidValue, text("3"));
            error.insert(ContextKind::MinValues, ContextValue::Number(2));
            error.insert(ContextKind::ExpectedNumValues, ContextValue::Number(2));
            let _ = writeln!(
                all,
                "{kind:?}\n{}\n",
                lines(&super::failure(&error, &command, lang), lang)
            );
        }
        insta::assert_snapshot!(format!("kinds_{suffix}"), all);
    }
}
