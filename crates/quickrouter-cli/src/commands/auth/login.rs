//! `auth login`: keeps a key, or the command that prints it.

use quickrouter_account::{AccountError, Config, KeySource, KeyStore, Origin, Profile};

use super::config_with_a_place;
use super::read_key;
use crate::args::settings::Connection;
use crate::connect::account_errors::of_account;
use crate::connect::keys::is_in_variable;
use crate::connect::profile_file;
use crate::connect::settings::{KEY_VARIABLE, profile_name};
use crate::exit::failure::Failure;
use crate::output::printer::Printer;
use crate::text::message::message;

/// Reads the key and keeps it; with a command, tries it and keeps the command.
pub(super) async fn run(
    connection: &Connection,
    command: Option<&str>,
    keyring: bool,
    printer: &Printer,
) -> Result<u8, Failure> {
    let store = if keyring { Some(keyring_store()?) } else { None };
    let config = config_with_a_place(connection)?;
    let (config, profile, text) = profile(config, connection)?;
    let origin = profile.origin().map_err(of_account)?;
    match command {
        Some(command) => {
            let program = with_command(&config, &profile, text, command).await?;
            printer.progress(&message!(
                "auth-command-kept",
                profile = &profile.name,
                origin = origin.as_str(),
                program = program,
                path = config.path().display()
            ));
        }
        None => {
            refuse_other_source(&profile, &config)?;
            let store = store.unwrap_or_else(|| config.key_store());
            let key = read_key::read(&profile.name, origin.as_str(), printer).await?;
            store.save(&profile, &key).map_err(of_account)?;
            if let Some(text) = text {
                profile_file::write(&config, &text)?;
            }
            let (name, origin) = (profile.name.as_str(), origin.as_str());
            let kept = match store.path(name) {
                Some(path) => message!(
                    "auth-logged-in",
                    profile = name,
                    origin = origin,
                    path = path.display()
                ),
                None => message!("auth-logged-in-keyring", profile = name, origin = origin),
            };
            printer.progress(&kept);
        }
    }
    printer.progress(&message!("auth-next"));
    if is_in_variable() {
        printer.warning(&message!("auth-variable-first", variable = KEY_VARIABLE));
    }
    Ok(0)
}

/// The profile to log in to, and the new text of the file if the profile is new: `--profile` with
/// `--base-url` makes one.
fn profile(
    config: Config,
    connection: &Connection,
) -> Result<(Config, Profile, Option<String>), Failure> {
    let typed_url = connection.base_url.as_ref().filter(|_| connection.is_typed("base_url"));
    let asked = profile_name(connection);
    match (config.profile(asked), typed_url) {
        // Errors shorten the name.
        (Err(AccountError::ProfileUnknown { name, .. }), Some(url)) => {
            let name = asked.unwrap_or(&name);
            Profile::check_name(name).map_err(of_account)?;
            let (text, config) = profile_file::with_key(
                &config,
                &profile_file::read(&config)?,
                [name, "base-url", url.trim()],
            )?;
            let profile = config.profile(Some(name)).map_err(of_account)?.clone();
            Ok((config, profile, Some(text)))
        }
        (Err(error @ AccountError::ProfileUnknown { .. }), None) => {
            Err(of_account(error).hint(message!("profile-make")))
        }
        (Err(error), _) => Err(of_account(error)),
        (Ok(profile), typed_url) => {
            let own = profile.origin().map_err(of_account)?;
            if let Some(url) = typed_url
                && Origin::of(url).map_err(of_account)? != own
            {
                let refused = Failure::refused(message!(
                    "auth-other-origin",
                    profile = &profile.name,
                    origin = own.as_str(),
                    base_url = url
                ));
                return Err(refused.hint(message!("profile-make")));
            }
            let profile = profile.clone();
            Ok((config, profile, None))
        }
    }
}

/// A key that is kept is not used where the profile names another source.
fn refuse_other_source(profile: &Profile, config: &Config) -> Result<(), Failure> {
    let key = match &profile.key {
        KeySource::File(_) => "key-file",
        KeySource::Command(_) => "key-command",
        _ => return Ok(()),
    };
    let refused = message!("auth-other-source", profile = &profile.name, key = key);
    let hint = message!("auth-other-source-how", key = key, path = config.path().display());
    Err(Failure::refused(refused).hint(hint))
}

/// Tries the command, so that no command is kept that prints no key, and returns its program. `text` is
/// that of the file if the profile is new.
async fn with_command(
    config: &Config,
    profile: &Profile,
    text: Option<String>,
    command: &str,
) -> Result<String, Failure> {
    let old = text.map_or_else(|| profile_file::read(config), Ok)?;
    let (text, config) =
        profile_file::with_key(config, &old, [&profile.name, "key-command", command])?;
    let profile = config.profile(Some(&profile.name)).map_err(of_account)?;
    profile.key_for(&profile.base_url, &config.key_store()).await.map_err(of_account)?;
    profile_file::write(&config, &text)?;
    Ok(match &profile.key {
        KeySource::Command(command) => command.program().to_owned(),
        _ => command.to_owned(),
    })
}

#[cfg(feature = "keyring")]
#[expect(clippy::unnecessary_wraps, reason = "it can fail without the feature")]
fn keyring_store() -> Result<KeyStore, Failure> {
    Ok(KeyStore::in_keyring())
}

#[cfg(not(feature = "keyring"))]
fn keyring_store() -> Result<KeyStore, Failure> {
    Err(Failure::refused(message!("auth-keyring-left-out")))
}
