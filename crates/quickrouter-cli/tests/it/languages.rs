//! The language of what is printed: the flag wherever it stands, the variable, the locale.

use std::process::Command;

use crate::{Ran, command};

fn quickrouter(arguments: &[&str]) -> (tempfile::TempDir, Command) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), "http://127.0.0.1:9", arguments);
    command.env("HOME", folder.path()).env_remove("QUICKROUTER_LANG");
    (folder, command)
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    let (_folder, mut command) = quickrouter(arguments);
    command.envs(variables.iter().copied()).output().unwrap().into()
}

#[test]
fn the_language_is_that_of_the_flag_the_variable_or_the_locale() {
    for (arguments, variables) in [
        (&["--lang", "zh", "models", "--help"][..], &[][..]),
        (&["models", "--lang", "zh", "--help"], &[]),
        (&["models", "--help", "--lang=zh"], &[]),
        (&["help", "models", "--lang=zh"], &[]),
        (&["models", "--help"], &[("QUICKROUTER_LANG", "zh")]),
        (&["models", "--help"], &[("LC_ALL", "zh_CN.UTF-8")]),
        (&["models", "--lang", "zh_TW", "-h"], &[("QUICKROUTER_LANG", "en")]),
    ] {
        let ran = run(arguments, variables);
        assert!(ran.code == Some(0) && ran.stdout.contains("用法："), "{arguments:?}: {ran:?}");
        assert_eq!(ran.stderr, "");
    }
    for (arguments, variables) in [
        (&["models", "--help"][..], &[][..]),
        (&["models", "--help", "--lang", "en"], &[("LC_ALL", "zh_CN.UTF-8")]),
        (&["models", "--help"], &[("QUICKROUTER_LANG", "en"), ("LC_ALL", "zh_CN.UTF-8")]),
    ] {
        let ran = run(arguments, variables);
        assert!(ran.code == Some(0) && ran.stdout.contains("Usage: "), "{arguments:?}: {ran:?}");
    }
}

#[test]
fn a_language_that_is_not_there_is_refused_in_one_that_is() {
    let ran = run(&["--lang=xx", "models"], &[]);
    assert!(ran.code == Some(2) && ran.stderr.contains("xx is no language"), "{ran:?}");
    let ran = run(&["models"], &[("QUICKROUTER_LANG", "xx")]);
    assert!(ran.code == Some(2) && ran.stderr.contains("QUICKROUTER_LANG"), "{ran:?}");
    for variable in ["QUICKROUTER_LANG", "LC_ALL"] {
        let ran = run(&["models", "--lang", "xx"], &[(variable, "zh_CN")]);
        assert!(ran.code == Some(2) && ran.stderr.contains("不是可选的语言"), "{ran:?}");
    }
}

#[test]
fn help_is_printed_to_stdout_and_what_stands_for_an_error_to_stderr() {
    for arguments in
        [&["--help"][..], &["-h"], &["help"], &["help", "exit-codes"], &["run", "sdxl", "-h"]]
    {
        let ran = run(arguments, &[]);
        assert!(ran.code == Some(0) && ran.stderr.is_empty() && !ran.stdout.is_empty(), "{ran:?}");
        assert!(!ran.stdout.contains('\u{1b}'), "a pipe is no terminal: {ran:?}");
    }
    for arguments in [&["predictions"][..], &["run"], &["recordings"]] {
        let ran = run(arguments, &[]);
        assert!(ran.code == Some(2) && ran.stdout.is_empty(), "{ran:?}");
        assert!(ran.stderr.contains("Usage: quickrouter"), "{ran:?}");
    }
    let ran = run(&["help", "nonsense"], &[]);
    assert!(ran.code == Some(2) && ran.stderr.contains("exit-codes"), "{ran:?}");
    assert!(ran.stderr.contains("generate"), "{ran:?}");
    let version = run(&["--version"], &[]);
    assert_eq!(version.stdout, concat!("quickrouter ", env!("CARGO_PKG_VERSION"), "\n"));
}
