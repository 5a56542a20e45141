//! `auth`: its commands and their flags.

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum AuthAction {
    Login {
        #[arg(long, value_name = "CMD", conflicts_with = "keyring")]
        with_key_command: Option<String>,
        #[arg(long)]
        keyring: bool,
    },
    Status {
        #[arg(long)]
        json: bool,
    },
    Logout,
}
