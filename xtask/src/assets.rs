//! What packages of the command have beside it: completions and man pages.
//!
//! The command writes them: its flags come from the contract and its words from fluent files, which are in
//! the binary. To depend on its crate would make both public, and build the command for every other task.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// The shells, and what a script of completions is called there.
const SHELLS: [(&str, &str); 4] = [
    ("bash", "quickrouter.bash"),
    ("zsh", "_quickrouter"),
    ("fish", "quickrouter.fish"),
    ("powershell", "_quickrouter.ps1"),
];

/// Writes completions and man pages into `folder`, by the command as it is built here.
pub(crate) fn run(root: &Path, folder: &Path) -> Result<String> {
    let quickrouter = build(root)?;
    let scripts = folder.join("completions");
    std::fs::create_dir_all(&scripts).with_context(|| scripts.display().to_string())?;
    for (shell, name) in SHELLS {
        let script = stdout(command(&quickrouter).args(["completions", shell]))?;
        let file = scripts.join(name);
        std::fs::write(&file, script).with_context(|| file.display().to_string())?;
    }
    let pages = stdout(command(&quickrouter).arg("man-pages").arg(folder.join("man")))?;
    let pages = pages.lines().count();
    let shown = folder.display();
    Ok(format!("{shown}: completions for {} shells and {pages} man pages", SHELLS.len()))
}

/// The command in English, whatever the locale and its settings are.
fn command(quickrouter: &Path) -> Command {
    let mut command = Command::new(quickrouter);
    command.env("QUICKROUTER_LANG", "en");
    command
}

/// Builds the command, and finds it by what cargo reports.
fn build(root: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.args([
        "build",
        "--package",
        "quickrouter-cli",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let report = stdout(cargo.current_dir(root))?;
    let messages = report.lines().filter_map(|line| serde_json::from_str(line).ok());
    let mut messages = messages.filter_map(|message: serde_json::Value| {
        let is_ours = message["target"]["name"] == "quickrouter";
        message["executable"].as_str().filter(|_| is_ours).map(PathBuf::from)
    });
    messages.next_back().context("cargo reports no executable named quickrouter")
}

fn stdout(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_owned();
    let ran = command.stderr(Stdio::inherit()).output();
    let ran = ran.with_context(|| program.display().to_string())?;
    ensure!(ran.status.success(), "{} failed: {}", program.display(), ran.status);
    Ok(String::from_utf8(ran.stdout)?)
}
