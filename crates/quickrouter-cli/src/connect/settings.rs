//! The settings in force: each by its flag, else its variable, else the profile, else the default.

use quickrouter_account::{AccountError, Config, Profile};

pub(crate) use crate::args::settings::KEY_VARIABLE;
use crate::args::settings::{
    ALLOW_HTTP_VARIABLE, BASE_URL_VARIABLE, CONFIG_VARIABLE, Connection, PROFILE_VARIABLE,
};
use crate::connect::source::{Setting, Source};

/// The settings in force, but for the key: see [`crate::connect::keys`].
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) profile: Profile,
    pub(crate) profile_source: Source,
    pub(crate) base_url: Setting<String>,
    pub(crate) allow_http: Setting<bool>,
}

impl Settings {
    /// Resolves the settings with the configuration file.
    ///
    /// # Errors
    /// What is wrong with the file, or that it has no such profile.
    pub(crate) fn resolve(connection: &Connection) -> Result<Self, AccountError> {
        Self::with(read(connection)?, connection)
    }

    /// Resolves the settings with this configuration.
    ///
    /// # Errors
    /// [`AccountError::ProfileUnknown`].
    pub(crate) fn with(config: Config, connection: &Connection) -> Result<Self, AccountError> {
        let profile = config.profile(profile_name(connection))?.clone();
        let profile_source = match &connection.profile {
            Some(_) => of(connection, "profile", "--profile", PROFILE_VARIABLE),
            None if config.sets_default_profile() => Source::File("default-profile".to_owned()),
            None => Source::Default,
        };
        let base_url = match &connection.base_url {
            Some(url) => Setting {
                value: url.clone(),
                source: of(connection, "base_url", "--base-url", BASE_URL_VARIABLE),
            },
            None => Setting {
                value: profile.base_url.clone(),
                source: of_profile(&profile, "base-url"),
            },
        };
        let allow_http = Setting {
            value: connection.allow_http,
            source: match connection.is_typed("allow_http") {
                true => Source::Flag("--allow-http"),
                false if std::env::var_os(ALLOW_HTTP_VARIABLE).is_some() => {
                    Source::Variable(ALLOW_HTTP_VARIABLE)
                }
                false => Source::Default,
            },
        };
        Ok(Self { config, profile, profile_source, base_url, allow_http })
    }
}

/// Reads the configuration file. Without a folder for it, there are the built-in settings, unless a
/// profile is asked for.
pub(crate) fn read(connection: &Connection) -> Result<Config, AccountError> {
    match Config::read(connection.config.as_deref()) {
        Err(AccountError::NoConfigFolder) if connection.profile.is_none() => Ok(Config::built_in()),
        read => read,
    }
}

/// The name of the profile that is asked for.
pub(crate) fn profile_name(connection: &Connection) -> Option<&str> {
    // Variables of `docker run --env-file` may end in a carriage return.
    connection.profile.as_deref().map(str::trim)
}

/// Where the configuration file's place comes from.
pub(crate) fn config_source(connection: &Connection) -> Source {
    match &connection.config {
        Some(_) => of(connection, "config", "--config", CONFIG_VARIABLE),
        None => Source::Default,
    }
}

/// Where a key of the profile comes from.
pub(crate) fn of_profile(profile: &Profile, key: &str) -> Source {
    if profile.sets(key) {
        Source::File(format!("profiles.{}.{key}", profile.name))
    } else {
        Source::Default
    }
}

fn of(connection: &Connection, id: &str, flag: &'static str, variable: &'static str) -> Source {
    if connection.is_typed(id) { Source::Flag(flag) } else { Source::Variable(variable) }
}

/// The value of `XDG_CONFIG_HOME` where it is relative: the XDG Base Directory Specification has it
/// ignored.
pub(crate) fn ignored_folder() -> Option<String> {
    let folder = std::env::var_os("XDG_CONFIG_HOME").filter(|folder| !folder.is_empty())?;
    let unix = cfg!(all(unix, not(target_os = "macos")));
    let relative = std::path::Path::new(&folder).is_relative();
    (unix && relative).then(|| folder.to_string_lossy().into_owned())
}
