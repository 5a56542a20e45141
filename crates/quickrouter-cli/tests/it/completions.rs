//! The completions, in the shells that are there.

use std::path::Path;
use std::process::{Command, Stdio};

use quickrouter::catalog::{ModelName, models};

use crate::command;

/// The script for a shell.
fn script(shell: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let ran = command(folder.path(), "http://127.0.0.1:9", &["completions", shell]).output();
    let ran = ran.unwrap();
    assert!(ran.status.success(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

fn model_names() -> Vec<&'static str> {
    models()
        .iter()
        .flat_map(|model| [Some(model.name), ModelName::short(model)])
        .flatten()
        .collect()
}

#[test]
fn every_shell_is_offered_models_and_values_of_the_contract() {
    let input = quickrouter::catalog::find_model("stability-ai/sdxl").unwrap();
    let (_, scheduler) = input.inputs().find(|(name, _)| *name == "scheduler").unwrap();
    let values: Vec<_> =
        scheduler["enum"].as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = script(shell);
        for word in model_names() {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
        assert!(!script.contains("man-pages"), "{shell} offers what no help shows");
        // clap's script for PowerShell completes no values of flags.
        for value in values.iter().filter(|_| shell != "powershell") {
            assert!(script.contains(value), "{shell} lacks {value}");
        }
    }
}

/// What bash completes at the last word of a command line.
#[cfg(target_os = "linux")]
fn completed(words: &[&str]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("completions.bash");
    std::fs::write(&file, script("bash")).unwrap();
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let (last, before) = (words.len() - 1, words.len() - 2);
    let line = format!(
        "source '{}'; COMP_WORDS=({}); COMP_CWORD={last}; \
         _quickrouter quickrouter \"${{COMP_WORDS[{last}]}}\" \"${{COMP_WORDS[{before}]}}\"; \
         printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        file.display(),
        quoted.join(" ")
    );
    let ran = shell(Path::new("bash"), &["--norc", "-c", &line], folder.path());
    assert!(ran.1.is_empty(), "{ran:?}");
    ran.0.lines().map(str::to_owned).collect()
}

/// stdout and stderr of a shell with a home of its own.
#[cfg(target_os = "linux")]
fn shell(shell: &Path, arguments: &[&str], home: &Path) -> (String, String) {
    let mut command = Command::new(shell);
    command.args(arguments).current_dir(home).env("HOME", home).stdin(Stdio::null());
    let ran = command.output().unwrap_or_else(|error| panic!("{}: {error}", shell.display()));
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(ran.stdout), text(ran.stderr))
}

#[cfg(target_os = "linux")]
#[test]
fn bash_completes_models_and_values_of_the_contract() {
    let offered = completed(&["quickrouter", "run", ""]);
    for name in model_names() {
        assert!(offered.iter().any(|word| word == name), "{name}: {offered:?}");
    }
    assert_eq!(completed(&["quickrouter", "models", "sdx"]), ["sdxl"]);
    let offered = completed(&["quickrouter", "generate", "--scheduler", ""]);
    assert!(offered.iter().any(|word| word == "K_EULER"), "{offered:?}");
    assert_eq!(completed(&["quickrouter", "generate", "--scheduler", "DD"]), ["DDIM"]);
    assert_eq!(completed(&["quickrouter", "run", "sdxl", "--scheduler", "DD"]), ["DDIM"]);
    assert_eq!(
        completed(&["quickrouter", "run", "stability-ai/sdxl", "--refine", "no"]),
        ["no_refiner"]
    );
    assert_eq!(completed(&["quickrouter", "--lang", ""]), ["en", "zh"]);
    assert_eq!(completed(&["quickrouter", "completions", "po"]), ["powershell"]);
    assert_eq!(completed(&["quickrouter", "help", "exit"]), ["exit-codes"]);
    assert!(completed(&["quickrouter", "pred"]).contains(&"predictions".to_owned()));
}

/// Checks the syntax of a script with the shell itself.
#[cfg(target_os = "linux")]
fn syntax(shell_name: &str, extension: &str, arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("completions.{extension}"));
    std::fs::write(&file, script(shell_name)).unwrap();
    let mut arguments = arguments.to_vec();
    let file = file.to_str().unwrap();
    arguments.push(file);
    let name = if shell_name == "powershell" { "pwsh" } else { shell_name };
    let (_, stderr) = shell(Path::new(name), &arguments, folder.path());
    assert_eq!(stderr, "", "{shell_name}");
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs zsh: run with --ignored where it is installed"]
fn zsh_accepts_its_script() {
    syntax("zsh", "zsh", &["-n"]);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs fish: run with --ignored where it is installed"]
fn fish_accepts_its_script() {
    syntax("fish", "fish", &["--no-execute"]);
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "needs pwsh: run with --ignored where it is installed"]
fn powershell_accepts_its_script() {
    syntax("powershell", "ps1", &["-NoProfile", "-File"]);
}
