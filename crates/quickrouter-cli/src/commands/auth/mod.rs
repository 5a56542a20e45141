//! `auth login|status|logout`: the key of a profile.

mod login;
mod read_key;
mod status;

use quickrouter_account::{AccountError, Config};

use crate::args::auth::AuthAction;
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::keys::is_in_variable;
use crate::connect::settings::{self, KEY_VARIABLE, Settings};
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::message;

/// Runs the command.
pub(crate) async fn run(
    action: &AuthAction,
    connection: &Connection,
    printer: &Printer,
) -> Result<u8, Failure> {
    warn_of_ignored_folder(printer);
    match action {
        AuthAction::Login { with_key_command, keyring } => {
            let command = with_key_command.as_deref();
            login::run(connection, command, *keyring, printer).await
        }
        AuthAction::Status { json } => status::run(connection, *json, printer).await,
        AuthAction::Logout => logout(connection, printer),
    }
}

/// The configuration, which has to have a place: keys are kept beside it.
fn config_with_a_place(connection: &Connection) -> Result<Config, Failure> {
    let config = settings::read(connection).map_err(of_account)?;
    if config.path().as_os_str().is_empty() {
        Err(of_account(AccountError::NoConfigFolder))
    } else {
        Ok(config)
    }
}

fn logout(connection: &Connection, printer: &Printer) -> Result<u8, Failure> {
    let config = config_with_a_place(connection)?;
    let settings = Settings::with(config, connection).map_err(of_account)?;
    let profile = settings.profile.name.as_str();
    let deleted = settings.config.key_store().delete(profile).map_err(of_account)?;
    #[cfg(feature = "keyring")]
    let deleted = match quickrouter_account::KeyStore::in_keyring().delete(profile) {
        // A machine without a keyring that works has no key in it.
        Err(AccountError::Keyring { .. }) => deleted,
        in_keyring => in_keyring.map_err(of_account)? || deleted,
    };
    let done = if deleted {
        message!("auth-logged-out", profile = profile)
    } else {
        message!("auth-no-key-kept", profile = profile)
    };
    printer.progress(&done);
    if is_in_variable() {
        printer.warning(&message!("auth-variable-stays", variable = KEY_VARIABLE));
    }
    Ok(0)
}

/// A relative folder in `XDG_CONFIG_HOME` is ignored, as the XDG Base Directory Specification demands;
/// who has set it expects otherwise.
fn warn_of_ignored_folder(printer: &Printer) {
    if let Some(folder) = settings::ignored_folder() {
        printer.warning(&message!("config-folder-relative", folder = folder));
    }
}
