//! `completions`: its flags.

use clap::Args;
use clap_complete::Shell;

use super::values::one_of;

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct CompletionsArgs {
    #[arg(
        value_name = "SHELL",
        value_parser = one_of([
            ("bash", Shell::Bash),
            ("zsh", Shell::Zsh),
            ("fish", Shell::Fish),
            ("powershell", Shell::PowerShell),
        ])
    )]
    pub(crate) shell: Shell,
}
